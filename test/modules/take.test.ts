import "@tensorflow/tfjs-backend-cpu"
import "../../src/backend/gradients.ts"
import { expect, it } from "vitest"
import { take } from "../../src/modules/take.ts"
import { expectTransposedGradient, noise } from "../support/linearMap.ts"

it("takes rows and columns in any order and more than once", () => {
  const x = noise([2, 3, 4, 2], 1)
  const [all, rows, columns] = [x, take(x, [2, 0, 2], 1), take(x, [3, 3], 2)].map((map) => map.arraySync())
  expect(rows.map((image) => image[0])).toEqual(all.map((image) => image[2]))
  expect(rows.map((image) => image[1])).toEqual(all.map((image) => image[0]))
  expect(columns.map((image) => image.map((line) => line[1]))).toEqual(all.map((image) => image.map((line) => line[3])))
})

it("adds up the gradients of copies", () => {
  expectTransposedGradient((x) => take(x, [2, 0, 2, 1], 1), [2, 3, 4, 2])
  expectTransposedGradient((x) => take(x, [3, 3], 2), [2, 3, 4, 2])
})

it("is the map itself where every position is taken in order", () => {
  const x = noise([1, 3, 2, 1], 1)
  expect(take(x, [0, 1, 2], 1)).toBe(x)
})
