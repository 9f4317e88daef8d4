import "@tensorflow/tfjs-backend-cpu"
import "../../../src/backend/gradients.ts"
import { grad, memory, type Tensor, tensor, tensor4d, tidy } from "@tensorflow/tfjs-core"
import fc from "fast-check"
import { expect, it } from "vitest"
import {
  binaryCrossEntropy,
  categoricalCrossEntropy,
  dice,
  focal,
  type Loss,
  tversky
} from "../../../src/losses/index.ts"
import * as twins from "./twins.ts"

interface Problem {
  readonly logits: ReadonlyArray<ReadonlyArray<ReadonlyArray<number>>>
  readonly target: ReadonlyArray<ReadonlyArray<ReadonlyArray<number>>>
}

interface Pair {
  readonly loss: Loss
  readonly twin: (logits: twins.Map3, target: twins.Map3) => number
}

/** Logits [batch, pixels, classes] with masks that are independent (sigmoid) or one-hot (softmax). */
const problems = (oneHot: boolean, logit: fc.Arbitrary<number>): fc.Arbitrary<Problem> =>
  fc
    .record({
      batch: fc.integer({ min: 1, max: 3 }),
      pixels: fc.integer({ min: 1, max: 5 }),
      classes: fc.integer({ min: oneHot ? 2 : 1, max: 3 })
    })
    .chain(({ batch, pixels, classes }) => {
      const labels = oneHot
        ? fc.nat({ max: classes - 1 }).map((label) => Array.from({ length: classes }, (_, k) => Number(k === label)))
        : fc.array(fc.constantFrom(0, 1), { minLength: classes, maxLength: classes })
      const map = <A>(each: fc.Arbitrary<A>) =>
        fc.array(fc.array(each, { minLength: pixels, maxLength: pixels }), { minLength: batch, maxLength: batch })
      return fc.record({
        logits: map(fc.array(logit, { minLength: classes, maxLength: classes })),
        target: map(labels)
      })
    })

const moderate = fc.integer({ min: -800, max: 800 }).map((n) => n / 100)
const extreme = fc.constantFrom(-1e4, -100, -1, 0, 1, 100, 1e4)

const weights = fc.integer({ min: 1, max: 9 }).map((n) => n / 4)
const reductions = fc.constantFrom("pooled" as const, "perImage" as const)
const epsilons = fc.constantFrom(1e-2, 1)

const overlaps = (activation: "sigmoid" | "softmax"): fc.Arbitrary<Pair> =>
  fc.oneof(
    fc
      .record({
        denominator: fc.constantFrom("linear" as const, "squared" as const),
        reduction: reductions,
        epsilon: epsilons
      })
      .map((options) => ({
        loss: dice({ activation, ...options }),
        twin: (x: twins.Map3, t: twins.Map3) => twins.dice(x, t, { activation, ...options })
      })),
    fc
      .record({ falsePositives: weights, falseNegatives: weights, reduction: reductions, epsilon: epsilons })
      .map((options) => ({
        loss: tversky({ activation, ...options }),
        twin: (x: twins.Map3, t: twins.Map3) => twins.tversky(x, t, { activation, ...options })
      }))
  )

const sigmoidPairs: fc.Arbitrary<Pair> = fc.oneof(
  overlaps("sigmoid"),
  weights.map((positiveWeight) => ({
    loss: binaryCrossEntropy({ positiveWeight }),
    twin: (x: twins.Map3, t: twins.Map3) => twins.binaryCrossEntropy(x, t, { positiveWeight })
  })),
  fc
    .record({ gamma: fc.constantFrom(0, 0.5, 1, 2, 3.5), positiveFraction: fc.constantFrom(0.25, 0.5) })
    .map((options) => ({
      loss: focal(options),
      twin: (x: twins.Map3, t: twins.Map3) => twins.sigmoidFocal(x, t, options)
    }))
)

const softmaxPairs: fc.Arbitrary<Pair> = fc.oneof(
  overlaps("softmax"),
  fc.array(weights, { minLength: 3, maxLength: 3 }).map((all) => ({
    loss: (x: Tensor, t: Tensor) => categoricalCrossEntropy({ classWeights: all.slice(0, x.shape[3]) })(x, t),
    twin: (x: twins.Map3, t: twins.Map3) => twins.categoricalCrossEntropy(x, t, { classWeights: all })
  })),
  fc.constantFrom(0, 0.5, 1, 2, 3.5).map((gamma) => ({
    loss: focal({ activation: "softmax", gamma }),
    twin: (x: twins.Map3, t: twins.Map3) => twins.softmaxFocal(x, t, { gamma })
  }))
)

const cases = (logit: fc.Arbitrary<number>): fc.Arbitrary<readonly [Pair, Problem]> =>
  fc.oneof(fc.tuple(sigmoidPairs, problems(false, logit)), fc.tuple(softmaxPairs, problems(true, logit)))

const asTensor = (map: twins.Map3) => tensor4d(map.flat(2), [map.length, map[0].length, 1, map[0][0].length])

const differentiate = ({ loss }: Pair, { logits, target }: Problem): ArrayLike<number> =>
  tidy(() => grad((x: Tensor) => loss(x, asTensor(target)))(asTensor(logits)).dataSync())

/** The gradient of the twin by central differences. */
const differences = ({ twin }: Pair, { logits, target }: Problem): ReadonlyArray<number> => {
  const step = 1e-5
  const shifted = (n: number, i: number, k: number, by: number) =>
    logits.map((image, a) => image.map((xs, b) => xs.map((x, c) => (a === n && b === i && c === k ? x + by : x))))
  return logits.flatMap((image, n) =>
    image.flatMap((xs, i) =>
      xs.map((_, k) => (twin(shifted(n, i, k, step), target) - twin(shifted(n, i, k, -step), target)) / (2 * step))
    )
  )
}

it("every loss has the value of its definition in double precision", () => {
  fc.assert(
    fc.property(cases(moderate), ([pair, problem]) => {
      const expected = pair.twin(problem.logits, problem.target)
      const [found] = tidy(() => pair.loss(asTensor(problem.logits), asTensor(problem.target)).dataSync())
      expect(Math.abs(found - expected)).toBeLessThan(1e-5 + 1e-5 * Math.abs(expected))
    }),
    { numRuns: 400 }
  )
})

it("every gradient agrees with finite differences", () => {
  fc.assert(
    fc.property(cases(moderate), ([pair, problem]) => {
      expect(differentiate(pair, problem)).toBeAllclose(differences(pair, problem), { relative: 1e-4, absolute: 1e-6 })
    }),
    { numRuns: 300 }
  )
})

it("logits of +-1e4 give the value of the definition and finite gradients", () => {
  fc.assert(
    fc.property(cases(extreme), ([pair, problem]) => {
      const expected = pair.twin(problem.logits, problem.target)
      const [found] = tidy(() => pair.loss(asTensor(problem.logits), asTensor(problem.target)).dataSync())
      expect(Math.abs(found - expected)).toBeLessThan(1e-5 + 1e-5 * Math.abs(expected))
      expect(Array.from(differentiate(pair, problem)).every(Number.isFinite)).toBe(true)
    }),
    { numRuns: 400 }
  )
})

it("no loss depends on the order of the images or of the pixels", () => {
  fc.assert(
    fc.property(cases(moderate), ([{ loss }, { logits, target }]) => {
      const turned = (map: twins.Map3) => [...map].reverse().map((image) => [...image].reverse())
      const [value] = loss(asTensor(logits), asTensor(target)).dataSync()
      const [permuted] = loss(asTensor(turned(logits)), asTensor(turned(target))).dataSync()
      expect(Math.abs(permuted - value)).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)))
    })
  )
})

it("a loss leaves one tensor behind, its value, and a refused one none", () => {
  fc.assert(
    fc.property(cases(moderate), ([{ loss }, { logits, target }]) => {
      const [x, t] = [asTensor(logits), asTensor(target)]
      const before = memory().numTensors
      const value = loss(x, t)
      expect(memory().numTensors).toBe(before + 1)
      value.dispose()
      const other = tensor([0])
      expect(() => loss(x, other)).toThrow("the shapes must agree")
      expect(memory().numTensors).toBe(before + 1)
    })
  )
})

it("Tversky with equal weights of a half is Dice with twice the epsilon", () => {
  fc.assert(
    fc.property(problems(false, moderate), reductions, ({ logits, target }, reduction) => {
      const [x, t] = [asTensor(logits), asTensor(target)]
      const half = tversky({ falsePositives: 0.5, falseNegatives: 0.5, epsilon: 1, reduction })(x, t).dataSync()
      expect(half).toBeAllclose(dice({ epsilon: 2, reduction })(x, t).dataSync(), { absolute: 1e-6 })
    })
  )
})
