import "@tensorflow/tfjs-backend-cpu"
import "../../../src/backend/gradients.ts"
import { abs, dispose, max, setBackend, type Tensor, tidy } from "@tensorflow/tfjs-core"
import { afterAll, expect, it } from "vitest"
import { makeCompiler } from "../../../src/compile/compiler.ts"
import { dice } from "../../../src/losses/dice.ts"
import { inference } from "../../../src/modules/mode.ts"
import type { Network } from "../../../src/modules/networks/index.ts"
import { differentiate, type PassInputs, treeOf } from "../../../src/training/index.ts"
import { testRuntime } from "../../support/compiled/runtime.ts"
import { passInputs, smallNetworks } from "../../support/compiled/smallNetworks.ts"

const runtime = testRuntime()
const { compile, dispose: disposeCompiler } = makeCompiler(runtime)

afterAll(async () => {
  disposeCompiler()
  await runtime.close()
})

/** Logits of inference, and one training pass. */
const passOf =
  ({ spec, forward }: Network, differentiated: ReturnType<typeof differentiate>) =>
  (inputs: PassInputs) => ({
    logits: forward(treeOf(spec, inputs.params), inputs.images, inference).logits,
    ...differentiated(inputs)
  })

it.each(smallNetworks)(
  "%s gives the logits, the loss, the gradients and the statistics of the cpu engine",
  { timeout: 120_000 },
  async (name, network, size) => {
    await setBackend("cpu")
    const inputs = passInputs(name, network, size)
    const pass = passOf(network, differentiate({ network, loss: dice() }))
    const expected = tidy(() => pass(inputs))
    const found = compile(pass)(inputs)
    const largest = Math.max(...Object.values(expected.gradients).map((gradient) => max(abs(gradient)).dataSync()[0]))
    const agree = async (what: string, one: Tensor, other: Tensor, tolerance: Tolerance) =>
      expect(await one.data(), what).toBeAllclose(other.dataSync(), tolerance)

    await agree("logits", found.logits, expected.logits, { relative: 1e-5 })
    await agree("loss", found.loss, expected.loss, { relative: 1e-5 })
    for (const [path, statistic] of Object.entries(expected.statistics)) {
      await agree(path, found.statistics[path], statistic, { relative: 1e-4 })
    }
    // Of biases before a normalisation and the like nothing but noise is left.
    const absolute = (name.startsWith("R2U-Net") ? 5e-4 : 3e-5) * largest
    expect(Object.keys(found.gradients)).toEqual(Object.keys(expected.gradients))
    for (const [path, gradient] of Object.entries(expected.gradients)) {
      await agree(path, found.gradients[path], gradient, { relative: 2e-4, absolute })
    }
    dispose([expected, found, inputs] as never)
  }
)

interface Tolerance {
  readonly relative: number
  readonly absolute?: number
}
