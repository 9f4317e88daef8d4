import "@tensorflow/tfjs-backend-cpu"
import "../../../src/backend/gradients.ts"
import {
  abs,
  dispose,
  max,
  type Scalar,
  scalar,
  setBackend,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  tensor4d,
  tidy
} from "@tensorflow/tfjs-core"
import { afterAll, expect, it } from "vitest"
import { makeCompiler } from "../../../src/compile/compiler.ts"
import { sizeOf } from "../../../src/compile/graph.ts"
import { dice } from "../../../src/losses/dice.ts"
import { dropoutKey } from "../../../src/modules/dropout.ts"
import { inference } from "../../../src/modules/mode.ts"
import {
  agcafNet,
  attentionUNet,
  ceNet,
  denseUNet,
  type Network,
  r2UNet,
  transUNet,
  uNet
} from "../../../src/modules/networks/index.ts"
import { initialize } from "../../../src/modules/spec.ts"
import type { Tensors } from "../../../src/optim/optimizer.ts"
import { fold, key, normal } from "../../../src/random/index.ts"
import { differentiate, flatParams, treeOf } from "../../../src/training/index.ts"
import { testRuntime } from "../../support/compiled/runtime.ts"

const runtime = testRuntime()
const { compile, dispose: disposeCompiler } = makeCompiler(runtime)

afterAll(async () => {
  disposeCompiler()
  await runtime.close()
})

const small = { width: 3, scales: [3, 2], reduceRatios: [4, 2], dropout: 0.2 } as const

const transformer = {
  units: [1, 2, 1],
  features: 6,
  hidden: 8,
  layers: 2,
  heads: 3,
  dropout: 0.1,
  bridge: 5,
  decoder: [5, 4, 3, 2],
  width: 2,
  size: [32, 48]
} as const

const cases: ReadonlyArray<readonly [name: string, network: Network, size: readonly [number, number]]> = [
  ["AGCAF-Net", agcafNet({ ...small, auxiliary: true }), [24, 32]],
  ["AGCAF-Net of three classes, by elements", agcafNet({ ...small, fusion: "element", classes: 3 }), [28, 24]],
  ["AGCAF-Net, guided by the origin", agcafNet({ ...small, guide: "origin", reduceGlobal: false }), [28, 36]],
  ["AGCAF-Net, partitions rounded up", agcafNet({ ...small, partition: "ceil", inChannels: 2 }), [36, 28]],
  ["AGCAF-Net without a context pyramid", agcafNet({ ...small, cpm: false }), [24, 32]],
  ["AGCAF-Net without attentions", agcafNet({ ...small, afm: false, auxiliary: true }), [24, 32]],
  ["AGCAF-Net without either, deeper", agcafNet({ ...small, cpm: false, afm: false, depth: 34 }), [24, 24]],
  ["U-Net", uNet({ width: 2 }), [32, 32]],
  ["U-Net, bilinear, of an odd size", uNet({ width: 2, upsampling: "bilinear" }), [37, 29]],
  ["U-Net, nearest", uNet({ width: 2, upsampling: "nearest", classes: 2 }), [32, 48]],
  ["Attention U-Net", attentionUNet({ width: 2 }), [32, 32]],
  ["Dense U-Net", denseUNet({ width: 4 }), [24, 32]],
  ["TransUNet", transUNet(transformer), [32, 48]],
  ["CE-Net", ceNet({ width: 1 }), [192, 192]],
  ["R2U-Net", r2UNet({ width: 2 }), [32, 32]],
  ["R2U-Net with attention", r2UNet({ width: 2, attention: true }), [32, 32]]
]

type Pass = {
  readonly params: Tensors
  readonly images: Tensor4D
  readonly masks: Tensor4D
  readonly dropoutKey: Tensor1D
  readonly auxiliaryWeight: Scalar
}

/** Logits of inference, and one training pass. */
const passOf =
  ({ spec, forward }: Network, differentiated: ReturnType<typeof differentiate>) =>
  (inputs: Pass) => ({
    logits: forward(treeOf(spec, inputs.params), inputs.images, inference).logits,
    ...differentiated(inputs)
  })

const inputsOf = (name: string, { spec, config }: Network, [height, width]: readonly [number, number]): Pass => {
  const { inChannels, classes } = config as { readonly inChannels: number; readonly classes: number }
  const draw = (purpose: string, channels: number) => {
    const shape: [number, number, number, number] = [name === "CE-Net" ? 1 : 2, height, width, channels]
    return { shape, values: normal(fold(key(SEED), purpose, name), sizeOf(shape)) }
  }
  const [images, masks] = [draw("images", inChannels), draw("masks", classes)]
  return {
    params: flatParams(spec, initialize(key(3), spec)),
    images: tensor4d(images.values, images.shape),
    masks: tensor4d(
      masks.values.map((x) => Number(x > 0.7)),
      masks.shape
    ),
    dropoutKey: dropoutKey(key(5)),
    auxiliaryWeight: scalar(0.4)
  }
}

/** At these inputs no ReLU is so near to 0 that the last bits turn it on or off, which would change gradients at once. */
const SEED = 1

it.each(cases)(
  "%s gives the logits, the loss, the gradients and the statistics of the cpu engine",
  { timeout: 120_000 },
  async (name, network, size) => {
    await setBackend("cpu")
    const inputs = inputsOf(name, network, size)
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
