import "@tensorflow/tfjs-backend-cpu"
import { mul, type Scalar, scalar, Tensor, tensor1d, tidy } from "@tensorflow/tfjs-core"
import fc from "fast-check"
import { expect, it, vi } from "vitest"
import {
  adam,
  adamW,
  clipByGlobalNorm,
  cosine,
  globalNorm,
  type Optimizer,
  poly,
  sgd,
  transformGradients,
  warmUp
} from "../../../src/optim/index.ts"

const numbers = fc.array(
  fc.integer({ min: -1000, max: 1000 }).map((n) => n / 100),
  { minLength: 3, maxLength: 3 }
)
const optimizers = fc.constantFrom<Optimizer>(sgd(), sgd({ momentum: 0.9, weightDecay: 4e-4 }), adam(), adamW())

const run = (
  optimizer: Optimizer,
  start: ReadonlyArray<number>,
  gradients: ReadonlyArray<ReadonlyArray<number>>,
  learningRate: number | Scalar
) =>
  tidy(() => {
    const weights: { readonly [name: string]: Tensor } = { w: tensor1d([...start]) }
    let now = { weights, state: optimizer.init(weights) }
    for (const gradient of gradients) {
      now = optimizer.update({ ...now, gradients: { w: tensor1d([...gradient]) }, learningRate })
    }
    return Array.from(now.weights.w.dataSync())
  })

it("a rate of zero moves no weight", () => {
  fc.assert(
    fc.property(optimizers, numbers, fc.array(numbers, { maxLength: 3 }), (optimizer, start, gradients) => {
      expect(run(optimizer, start, gradients, 0)).toEqual(start.map(Math.fround))
    })
  )
})

it("a rate given as a tensor does what the number does", () => {
  fc.assert(
    fc.property(optimizers, numbers, fc.array(numbers, { maxLength: 3 }), (optimizer, start, gradients) => {
      const asTensor = run(optimizer, start, gradients, scalar(0.125))
      expect(asTensor).toEqual(run(optimizer, start, gradients, 0.125))
    })
  )
})

it("a state carried over gives the same bits as an uninterrupted run", () => {
  fc.assert(
    fc.property(optimizers, numbers, numbers, (optimizer, start, gradient) => {
      const weights = { w: tensor1d([...start]) }
      const step = { gradients: { w: tensor1d([...gradient]) }, learningRate: 0.1 }
      const once = optimizer.update({ weights, state: optimizer.init(weights), ...step })
      const restored = Object.fromEntries(
        Object.entries(once.state).map(([slot, tensors]) => [
          slot,
          Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, mul(tensor, 1)]))
        ])
      )
      const again = optimizer.update({ weights: once.weights, state: restored, ...step })
      expect(Array.from(again.weights.w.dataSync())).toEqual(run(optimizer, start, [gradient, gradient], 0.1))
    })
  )
})

it("an update reads no tensor, so that it can be traced", () => {
  const read = vi.spyOn(Tensor.prototype, "dataSync").mockImplementation(() => {
    throw new Error("a value was read")
  })
  try {
    for (const optimizer of [sgd({ momentum: 0.9, weightDecay: 1 }), adam(), adamW()] as ReadonlyArray<Optimizer>) {
      const weights = { w: tensor1d([1, 2]) }
      const clipped = transformGradients(optimizer, clipByGlobalNorm(scalar(1)))
      clipped.update({ weights, gradients: weights, state: optimizer.init(weights), learningRate: scalar(1) })
    }
  } finally {
    read.mockRestore()
  }
})

it("clipped gradients keep their direction and stay within the norm", () => {
  fc.assert(
    fc.property(numbers, numbers, fc.integer({ min: 1, max: 100 }), (a, b, tenths) => {
      const limit = tenths / 10
      const gradients = { a: tensor1d(a), b: tensor1d(b) }
      const clipped = clipByGlobalNorm(limit)(gradients)
      const [before, after] = [gradients, clipped].map((all) => globalNorm(all).dataSync()[0])
      expect(after).toBeLessThanOrEqual(Math.min(before, limit) * (1 + 1e-6))
      const factor = before > limit ? limit / before : 1
      expect(clipped.b.dataSync()).toBeAllclose(
        b.map((x) => x * factor),
        { relative: 1e-5 }
      )
    })
  )
})

it("every schedule is positive and within its base, and falls once it is warm", () => {
  const totals = fc.integer({ min: 1, max: 500 })
  fc.assert(
    fc.property(totals, fc.nat({ max: 20 }), fc.boolean(), (total, steps, isPoly) => {
      const schedule = warmUp((isPoly ? poly : cosine)(0.05, { total }), { steps })
      const rates = Array.from({ length: total }, (_, step) => schedule(step))
      expect(rates.every((rate) => rate > 0 && rate <= 0.05)).toBe(true)
      for (let step = Math.max(1, steps); step < total; step++) expect(rates[step]).toBeLessThan(rates[step - 1])
    })
  )
})
