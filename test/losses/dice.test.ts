import "@tensorflow/tfjs-backend-cpu"
import { tensor4d } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { type DiceOptions, dice } from "../../src/losses/dice.ts"

const rows = (...numbers: ReadonlyArray<number>) => tensor4d([...numbers], [numbers.length / 2, 1, 2, 1])

/** Of an image that is right and one, empty in truth, that is wrong in one pixel. */
const ofTwoImages = (options: DiceOptions) => dice(options)(rows(50, -50, 50, -50), rows(1, 0, 0, 0)).dataSync()[0]

it("is nearly 0 for a right answer and nearly 1 for a wrong one", () => {
  expect(dice()(rows(50, -50), rows(1, 0)).dataSync()[0]).toBeCloseTo(0, 4)
  expect(dice()(rows(-50, 50), rows(1, 0)).dataSync()[0]).toBeCloseTo(1, 4)
})

it("is 0 where both are empty", () => {
  expect(dice()(rows(-50, -50), rows(0, 0)).dataSync()[0]).toBe(0)
})

it("counts an empty image within the pool, or by itself", () => {
  expect(ofTwoImages({ reduction: "pooled" })).toBeCloseTo(1 - 2 / 3, 4)
  expect(ofTwoImages({ reduction: "perImage" })).toBeCloseTo(1 - (1 + 1 / 2) / 2, 4)
})

it("prefers, with a squared denominator, p = 1/2 to be punished less", () => {
  const [linear, squared] = (["linear", "squared"] as const).map((denominator) =>
    dice({ denominator, epsilon: 0 })(rows(0, 0), rows(1, 0)).dataSync()
  )
  expect(linear[0]).toBeCloseTo(1 - 1 / 2, 6)
  expect(squared[0]).toBeCloseTo(1 - 1 / 1.5, 6)
})
