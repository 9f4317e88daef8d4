import { expect, it } from "vitest"
import { crop } from "../../src/metrics/crop.ts"

it("a crop keeps the voxels of the box in order", () => {
  const voxels = Uint8Array.from({ length: 24 }, (_, i) => i)
  expect([...crop({ voxels, shape: [4, 3, 2] }, { lower: [1, 1, 0], shape: [2, 2, 2] })]).toEqual([
    5, 6, 9, 10, 17, 18, 21, 22
  ])
})
