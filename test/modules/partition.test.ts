import "@tensorflow/tfjs-backend-cpu"
import { slice, tensor4d, tile } from "@tensorflow/tfjs-core"
import { expect, it } from "vitest"
import { overPatches, partition, patchIndices, runs, wholeMap } from "../../src/modules/partition.ts"

const sizes = (length: number, scale: number, rule: "floor" | "ceil") =>
  runs(length, scale, rule).flatMap(({ patches, size }) => Array.from({ length: patches }, () => size))

it("makes the last patch longer under the floor rule", () => {
  expect(sizes(32, 10, "floor")).toEqual([3, 3, 3, 3, 3, 3, 3, 3, 3, 5])
  expect(sizes(32, 6, "floor")).toEqual([5, 5, 5, 5, 5, 7])
})

it("makes the last patch shorter under the ceil rule, and drops empty ones", () => {
  expect(sizes(32, 10, "ceil")).toEqual([4, 4, 4, 4, 4, 4, 4, 4])
  expect(sizes(32, 6, "ceil")).toEqual([6, 6, 6, 6, 6, 2])
})

it("has one run where the scale divides the length, and one pixel a patch where it exceeds it", () => {
  expect(runs(30, 10, "floor")).toEqual([{ start: 0, patches: 10, size: 3 }])
  expect(runs(4, 10, "floor")).toEqual([{ start: 0, patches: 4, size: 1 }])
})

it("tells the patch of each row", () => {
  expect(patchIndices(runs(7, 3, "floor"))).toEqual([0, 0, 1, 1, 2, 2, 2])
})

it("computes on patches of one size at once and puts the results where they came from", () => {
  const pixels = [
    [0, 1, 2, 3, 4],
    [5, 6, 7, 8, 9],
    [10, 11, 12, 13, 14]
  ]
  const x = tensor4d(pixels.flat(), [1, 3, 5, 1])
  const batches: Array<number> = []
  const firstOfPatch = overPatches([x], partition(3, 5, 2, "floor"), (patches) => {
    batches.push(patches.shape[0])
    return tile(slice(patches, [0, 0, 0], [-1, 1, -1]), [1, patches.shape[1], 1])
  })
  // Rows 1 + 2, columns 2 + 3.
  expect(Array.from(firstOfPatch.dataSync())).toEqual([0, 0, 2, 2, 2, 5, 5, 7, 7, 7, 5, 5, 7, 7, 7])
  expect(batches).toEqual([1, 1, 1, 1])
})

it("leaves a map as it is, whatever its patches, where nothing is computed", () => {
  const x = tensor4d(
    Array.from({ length: 2 * 7 * 5 * 3 }, (_, i) => i),
    [2, 7, 5, 3]
  )
  for (const patches of [wholeMap(7, 5), partition(7, 5, 3, "floor"), partition(7, 5, 3, "ceil")]) {
    expect(overPatches([x], patches, (patch) => patch).dataSync()).toEqual(x.dataSync())
  }
})
