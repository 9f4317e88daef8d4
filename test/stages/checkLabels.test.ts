import fc from "fast-check"
import { expect, it } from "vitest"
import { checkLabels } from "../../src/stages/checkLabels.ts"
import { makeGrid, makeImage, makeLabels, scaling, type Vec3 } from "../../src/volume/index.ts"

const check = (shape: Vec3, voxels: Uint8Array, maxLabel: number) => {
  const grid = makeGrid(shape, scaling([1, 1, 1]))
  checkLabels(makeImage(grid, new Int16Array(voxels.length)), makeLabels(grid, voxels), maxLabel)
}

it("the first label that is too large is named with its voxel", () => {
  const voxels = Uint8Array.of(0, 1, 2, 1, 2, 0, 2, 3, 0, 9, 0, 0)
  expect(() => check([2, 3, 2], voxels, 2)).toThrow(/label 3 at voxel \[1, 0, 1\] is not in 0\.\.2/)
})

it("what is refused is exactly what is too large, wherever it lies and however the array is aligned", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 23 }), fc.nat(255), fc.nat(3), (labels, most, offset) => {
      const voxels = new Uint8Array(labels.length + offset).subarray(offset)
      voxels.set(labels)
      const found = () => check([labels.length, 1, 1], voxels, most)
      if (Math.max(...labels) > most) expect(found).toThrow(/label/)
      else found()
    }),
    { numRuns: 500 }
  )
})

it("labels of another shape than their image are refused, whatever they hold", () => {
  const image = makeImage(makeGrid([2, 1, 1], scaling([1, 1, 1])), new Int16Array(2))
  const labels = makeLabels(makeGrid([1, 2, 1], scaling([1, 1, 1])), new Uint8Array(2))
  expect(() => checkLabels(image, labels, 2)).toThrow(/expected shape \[2, 1, 1\], found \[1, 2, 1\]/)
})
