import { expect, it } from "vitest"
import { makeGrid, makeImage, makeLabels, ShapeError, scaling, voxelCount } from "../../src/volume/index.ts"

const grid = makeGrid([2, 3, 4], scaling([-0.7, 0.8, 2.5], [1, 2, 3]))

it("a grid has the spacing of its affine, whichever way its axes run", () => {
  expect(grid.spacing).toEqual([0.7, 0.8, 2.5])
  expect(voxelCount(grid)).toBe(24)
})

it("a volume is its grid and its voxels", () => {
  expect(makeImage(grid, new Int16Array(24))).toEqual({ kind: "image", ...grid, voxels: new Int16Array(24) })
  expect(makeLabels(grid, new Uint8Array(24))).toEqual({ kind: "labels", ...grid, voxels: new Uint8Array(24) })
})

it("voxels that do not fill the shape are refused", () => {
  expect(() => makeImage(grid, new Int16Array(23))).toThrow(ShapeError)
  expect(() => makeLabels(grid, new Uint8Array(25))).toThrow("expected shape [2, 3, 4], found [25]")
})

it("a shape is made of whole numbers", () => {
  expect(() => makeImage(makeGrid([-1, -1, 1], grid.affine), new Int16Array(1))).toThrow(ShapeError)
  expect(() => makeImage(makeGrid([0.5, 2, 1], grid.affine), new Int16Array(1))).toThrow(ShapeError)
})
