import "@tensorflow/tfjs-backend-cpu"
import "@tensorflow/tfjs-backend-wasm"
import "../../../../src/backend/gradients.ts"
import {
  add,
  concat,
  fill,
  grads,
  memory,
  reverse,
  type Scalar,
  setBackend,
  square,
  sum,
  type Tensor4D,
  tidy
} from "@tensorflow/tfjs-core"
import fc from "fast-check"
import { beforeAll, expect, it } from "vitest"
import { registerWasmKernels } from "../../../../src/backend/wasm/register.ts"
import { inference } from "../../../../src/modules/mode.ts"
import { type AgcafNetConfig, agcafNet } from "../../../../src/modules/networks/agcafNet.ts"
import type { Network } from "../../../../src/modules/networks/network.ts"
import { disposeParams, weightsOf } from "../../../../src/modules/params.ts"
import type { Params } from "../../../../src/modules/spec.ts"
import { training } from "../../../support/agpcNet.ts"
import { noise } from "../../../support/linearMap.ts"
import { randomParams } from "../../../support/randomParams.ts"

beforeAll(async () => {
  registerWasmKernels()
  await setBackend("wasm")
})

/** Every switch, at the narrowest width that its ratios divide. */
const configs: fc.Arbitrary<AgcafNetConfig & { readonly inChannels: number; readonly classes: number }> = fc.record({
  inChannels: fc.integer({ min: 1, max: 3 }),
  classes: fc.integer({ min: 1, max: 3 }),
  depth: fc.constantFrom(18, 34),
  width: fc.constantFrom(1, 2),
  cpm: fc.boolean(),
  afm: fc.boolean(),
  scales: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 3 }),
  reduceRatios: fc.constantFrom([2, 4], [4, 2], [8, 1]),
  fusion: fc.constantFrom("patch", "element"),
  guide: fc.constantFrom("post", "origin"),
  reduceGlobal: fc.boolean(),
  partition: fc.constantFrom("floor", "ceil"),
  auxiliary: fc.boolean()
}) as fc.Arbitrary<AgcafNetConfig & { readonly inChannels: number; readonly classes: number }>

/** In multiples of 4. */
const size = fc
  .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 }))
  .map(([h, w]) => [4 * h, 4 * w] as const)

const holds = (law: (config: AgcafNetConfig & { classes: number }, x: Tensor4D) => void, numRuns = 8) =>
  fc.assert(
    fc.property(configs, size, (config, [height, width]) => {
      tidy(() => law(config, noise([2, height, width, config.inChannels], 1)))
    }),
    { numRuns, seed: 1 }
  )

const random = (config: AgcafNetConfig): { readonly network: Network; readonly params: Params } => {
  const network = agcafNet(config)
  return { network, params: randomParams(network.spec, 2) }
}

it("gives finite logits of the size of the image, and auxiliary ones in training where it has the head", () => {
  holds((config, x) => {
    const { network, params } = random(config)
    const expected = [...x.shape.slice(0, 3), config.classes]
    const evaluated = network.forward(params, x, inference)
    expect(evaluated.logits.shape).toEqual(expected)
    expect(evaluated.logits.dataSync().every(Number.isFinite)).toBe(true)
    expect(evaluated.auxiliary).toBeUndefined()
    const trained = network.forward(params, x, training())
    expect(trained.logits.shape).toEqual(expected)
    expect(trained.auxiliary?.shape).toEqual(config.auxiliary === true ? expected : undefined)
  })
})

it("turns with its batch", () => {
  holds((config, x) => {
    const { network, params } = random(config)
    const { logits } = network.forward(params, x, inference)
    const turned = network.forward(params, reverse(x, 0), inference).logits
    expect(reverse(turned, 0).dataSync()).toBeAllclose(logits.dataSync(), { relative: 1e-4 })
  })
})

it("judges an image in inference alone, whatever else is in its batch", () => {
  holds((config, x) => {
    const { network, params } = random(config)
    const alone = network.forward(params, x, inference).logits.dataSync()
    const others = fill(x.shape, 100) as Tensor4D
    const together = network.forward(params, concat([x, others], 0), inference).logits.dataSync()
    expect(together.subarray(0, alone.length)).toBeAllclose(alone, { relative: 1e-4 })
  })
})

const gradients = (network: Network, params: Params, x: Tensor4D) => {
  const mode = training()
  const loss = (): Scalar => {
    const { logits, auxiliary } = network.forward(params, x, mode)
    return auxiliary === undefined ? sum(square(logits)) : sum(add(square(logits), square(auxiliary)))
  }
  const weights = weightsOf(network.spec, params)
  const found = grads(loss)(Object.values(weights))
  mode.statistics.dispose()
  return Object.keys(weights).map((path, i) => [path, found[i]] as const)
}

it("has a finite gradient by every parameter: of noise, of one image, of an image of one grey", () => {
  holds((config, x) => {
    const { network, params } = random(config)
    const [, height, width, channels] = x.shape
    for (const image of [
      x,
      noise([1, height, width, channels], 3),
      fill([1, height, width, channels], 0) as Tensor4D
    ]) {
      for (const [path, gradient] of gradients(network, params, image)) {
        expect(gradient.dataSync().every(Number.isFinite), path).toBe(true)
      }
    }
  }, 4)
})

it("leaves no tensor behind, in inference or training", () => {
  const { network, params } = random({ width: 2, reduceRatios: [4, 2], auxiliary: true })
  const x = noise([2, 16, 12, 1], 1)
  const before = memory().numTensors
  tidy(() => {
    network.forward(params, x, inference)
    gradients(network, params, x)
  })
  expect(memory().numTensors).toBe(before)
  x.dispose()
  disposeParams(params)
})
