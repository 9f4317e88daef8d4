import "@tensorflow/tfjs-backend-cpu"
import "@tensorflow/tfjs-backend-wasm"
import { memory, setBackend } from "@tensorflow/tfjs-core"
import { beforeEach, expect, it } from "vitest"
import { conv2dSpec } from "../../src/modules/conv2d.ts"
import { agcafNet } from "../../src/modules/networks/agcafNet.ts"
import { disposeParams, leaves } from "../../src/modules/params.ts"
import { countParams, declared, initialize, startingAt, statistic, weight } from "../../src/modules/spec.ts"
import { key } from "../../src/random/index.ts"

beforeEach(async () => {
  await setBackend("cpu")
})

const spec = {
  a: weight([2, 3], startingAt(1)),
  b: [{ c: weight([4], startingAt(0)) }, { c: statistic([5], startingAt(1)) }]
}

it("lists what is declared by path, in order", () => {
  expect(declared(spec).map(([path]) => path)).toEqual(["a", "b.0.c", "b.1.c"])
})

it("counts learned numbers, not running statistics, and allocates none", () => {
  const before = memory().numTensors
  expect(countParams(spec)).toBe(10)
  expect(memory().numTensors).toBe(before)
})

it("starts convolutions with Kaiming normal kernels by fan-out, biases within 1 / sqrt(fan-in)", () => {
  const params = initialize(key(1), conv2dSpec({ in: 200, out: 256, kernel: 3 }))
  const kernel = Array.from(params.kernel.dataSync())
  const variance = kernel.reduce((total, v) => total + v * v, 0) / kernel.length
  // 460,800 draws: the variance of a sample deviates by sqrt(2 / n) = 0.2 %.
  expect(variance / (2 / (256 * 9))).toBeCloseTo(1, 2)
  const bias = params.bias.dataSync()
  const bound = 1 / Math.sqrt(200 * 9)
  expect(Math.max(...bias)).toBeGreaterThan(0.8 * bound)
  expect(Math.max(...bias.map(Math.abs))).toBeLessThanOrEqual(bound)
  disposeParams(params)
})

it("starts norms at one and zero, and every gate at zero", () => {
  const params = initialize(key(1), agcafNet({ width: 8 }).spec)
  for (const [path, tensor] of leaves(params)) {
    const expected = /(scale|variance)$/.test(path) ? 1 : /(offset|mean|gamma)$/.test(path) ? 0 : undefined
    if (expected !== undefined) expect(new Set(tensor.dataSync()), path).toEqual(new Set([expected]))
  }
})

it("draws the same bits from the same key on another engine, and others from another key", async () => {
  const draw = async (engine: string, seed: number) => {
    await setBackend(engine)
    return leaves(initialize(key(seed), agcafNet({ width: 8 }).spec)).map(([, tensor]) => tensor.dataSync())
  }
  const [cpu, wasm, other] = [await draw("cpu", 1), await draw("wasm", 1), await draw("cpu", 2)]
  expect(wasm).toEqual(cpu)
  expect(other[0]).not.toEqual(cpu[0])
})

it("draws each parameter from its own path, so that a layer more does not change the others", () => {
  const kernelOf = (config: { auxiliary: boolean }) =>
    initialize(key(3), agcafNet({ width: 8, ...config }).spec).head.inner.conv.kernel.dataSync()
  expect(kernelOf({ auxiliary: true })).toEqual(kernelOf({ auxiliary: false }))
})
