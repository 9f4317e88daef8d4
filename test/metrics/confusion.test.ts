import { expect, it } from "vitest"
import { confusion, confusionOfSlices, mergeConfusion, noCounts } from "../../src/metrics/index.ts"
import { boxMask, drawing } from "../support/masks.ts"

it("voxels fall four ways", () => {
  expect(confusion(drawing(["##.."]), drawing(["#.#."]))).toEqual({ tp: 1, fp: 1, fn: 1, tn: 1 })
})

it("whatever is not 0 is inside", () => {
  const reference = { voxels: Uint8Array.of(1, 2, 255, 0, 0), shape: [5, 1] } as const
  const prediction = { voxels: Uint8Array.of(7, 0, 1, 0, 9), shape: [5, 1] } as const
  expect(confusion(reference, prediction)).toEqual({ tp: 2, fp: 1, fn: 1, tn: 1 })
})

it("a view into the middle of a buffer counts as its own copy", () => {
  const buffer = Uint8Array.of(9, 9, 9, 1, 0, 1, 1, 0, 0, 9, 9)
  const view = { voxels: buffer.subarray(3, 9), shape: [6, 1] } as const
  expect(confusion(view, { voxels: Uint8Array.of(1, 1, 0, 1, 0, 0), shape: [6, 1] })).toEqual({
    tp: 2,
    fp: 1,
    fn: 1,
    tn: 2
  })
})

it("the counts of the slices merge to those of the volume", () => {
  const reference = boxMask([5, 4, 3], [1, 1, 0], [4, 3, 2])
  const prediction = boxMask([5, 4, 3], [2, 1, 1], [5, 4, 3])
  const slices = confusionOfSlices(reference, prediction)
  expect(slices).toHaveLength(3)
  expect(slices[0]).toEqual({ tp: 0, fp: 0, fn: 6, tn: 14 })
  expect(mergeConfusion(slices)).toEqual(confusion(reference, prediction))
})

it("merging nothing gives no counts", () => {
  expect(mergeConfusion([])).toEqual(noCounts)
})

it("masks of two shapes are refused, though they have as many voxels", () => {
  expect(() => confusion(drawing(["##", ".."]), drawing(["##.."]))).toThrow(
    "the prediction: expected shape [2, 2], found [4, 1]"
  )
})

it("a mask that does not fill its shape is refused", () => {
  const short = { voxels: new Uint8Array(3), shape: [2, 2] } as const
  expect(() => confusion(drawing(["##", ".."]), short)).toThrow(
    "the voxels of the prediction: expected shape [4], found [3]"
  )
})
