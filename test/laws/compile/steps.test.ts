import "@tensorflow/tfjs-backend-cpu"
import "../../../src/backend/gradients.ts"
import { abs, dispose, max, onesLike, scalar, setBackend, tidy } from "@tensorflow/tfjs-core"
import { afterAll, expect, it } from "vitest"
import { makeCompiler } from "../../../src/compile/compiler.ts"
import { dice } from "../../../src/losses/dice.ts"
import { weightsOf } from "../../../src/modules/params.ts"
import { type AdamState, adam, type Optimizer, sgd } from "../../../src/optim/index.ts"
import { mapTensors, type Tensors } from "../../../src/optim/optimizer.ts"
import { trainStep, treeOf } from "../../../src/training/index.ts"
import { testRuntime } from "../../support/compiled/runtime.ts"
import { passInputs, smallNetworks } from "../../support/compiled/smallNetworks.ts"

const runtime = testRuntime()
const { compile, dispose: disposeCompiler } = makeCompiler(runtime, { cacheSize: 1 })

afterAll(async () => {
  disposeCompiler()
  await runtime.close()
})

/** Adam as if steps had gone before: at the first one, it makes as much of a gradient that is noise as of any other. */
const adamUnderWay = (): Optimizer<AdamState> => {
  const optimizer = adam({ weightDecay: 1e-3 })
  return {
    ...optimizer,
    init: (weights) => {
      const { mean, square } = optimizer.init(weights)
      return { mean, square: mapTensors(square, onesLike), share: { mean: scalar(0.5), square: scalar(0.5) } }
    }
  }
}

const RATE = 0.1

const optimizers = [sgd({ momentum: 0.9, weightDecay: 4e-4 }), adamUnderWay()] as ReadonlyArray<Optimizer>

it.each(smallNetworks.map((each, i) => [...each, optimizers[i % optimizers.length]] as const))(
  "a step of %s is the cpu engine's: parameters, running statistics and the optimiser's state",
  { timeout: 120_000 },
  async (name, network, size, optimizer) => {
    await setBackend("cpu")
    const pass = passInputs(name, network, size)
    const weights = weightsOf(network.spec, treeOf(network.spec, pass.params))
    const inputs = { ...pass, optimizer: optimizer.init(weights), learningRate: scalar(RATE) }
    const step = trainStep({ network, loss: dice(), optimizer })
    const [expected, found] = [tidy(() => step(inputs)), compile(step)(inputs)]
    const agree = async (one: Tensors, other: Tensors, tolerance: Tolerance) => {
      expect(Object.keys(one)).toEqual(Object.keys(other))
      for (const [path, value] of Object.entries(other)) {
        expect(await one[path].data(), path).toBeAllclose(value.dataSync(), tolerance)
      }
    }

    // Of gradients of biases before a normalisation and the like nothing else is left.
    const noise = name.startsWith("R2U-Net") ? 5e-4 : 3e-5
    await agree({ loss: found.loss }, { loss: expected.loss }, { relative: 1e-5 })
    for (const slot of Object.keys(expected.optimizer)) {
      const absolute = noise * largestIn(expected.optimizer[slot])
      await agree(found.optimizer[slot], expected.optimizer[slot], { relative: 2e-4, absolute })
    }
    await agree(found.params, expected.params, { relative: 1e-4, absolute: RATE * noise })
    dispose([expected, found, inputs] as never)
  }
)

const largestIn = (tensors: Tensors): number =>
  Math.max(...Object.values(tensors).map((each) => max(abs(each)).dataSync()[0]))

interface Tolerance {
  readonly relative: number
  readonly absolute?: number
}
