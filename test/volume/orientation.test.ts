import { describe, expect, it } from "vitest"
import {
  type Affine,
  apply,
  axesTo,
  GeometryError,
  makeGrid,
  makeImage,
  makeLabels,
  ORIENTATIONS,
  type Orientation,
  orientationOf,
  reorient,
  reorientGrid,
  reorientLike,
  ShapeError,
  scaling
} from "../../src/volume/index.ts"

describe("the orientation", () => {
  it.each<[string, Affine]>([
    ["RAS", scaling([1, 1, 1])],
    ["LAS", scaling([-0.8, 0.8, 5])],
    ["LPI", scaling([-1, -1, -1])],
    [
      "PSR",
      [
        [0, 0, 3, 0],
        [-1, 0, 0, 0],
        [0, 2, 0, 0],
        [0, 0, 0, 1]
      ]
    ]
  ])("%s is told from the affine", (code, affine) => {
    expect(orientationOf(affine)).toBe(code)
  })

  it("of a tilted grid is the nearest one, whatever the spacing", () => {
    const [c, s] = [Math.cos(0.6), Math.sin(0.6)]
    expect(
      orientationOf([
        [0.5 * c, 0, -9 * s, 0],
        [0, 1, 0, 0],
        [0.5 * s, 0, 9 * c, 0],
        [0, 0, 0, 1]
      ])
    ).toBe("RAS")
  })

  it("is one of 48", () => {
    expect(new Set(ORIENTATIONS).size).toBe(48)
    // @ts-expect-error: left and right are one axis
    const impossible: Orientation = "LRS"
    expect(ORIENTATIONS).not.toContain(impossible)
  })
})

it("axes say where they come from and whether they are flipped", () => {
  expect(axesTo("RAS", "PSR")).toEqual([
    { from: 1, flipped: true },
    { from: 2, flipped: false },
    { from: 0, flipped: false }
  ])
})

describe("reorientation", () => {
  // Two voxels to the right, three to the front, one up: each voxel says where it is.
  const grid = makeGrid([2, 3, 1], scaling([0.7, 0.8, 2.5], [-10, -20, 30]))
  const ct = makeImage(grid, Int16Array.of(0, 1, 10, 11, 20, 21))

  it("to LAS mirrors x and keeps every voxel where it is in the patient", () => {
    const mirrored = reorient(ct, "LAS")
    expect([...mirrored.voxels]).toEqual([1, 0, 11, 10, 21, 20])
    expect(mirrored.affine).toEqual(scaling([-0.7, 0.8, 2.5], [-10 + 0.7, -20, 30]))
    expect(apply(mirrored.affine, [0, 0, 0])).toEqual(apply(ct.affine, [1, 0, 0]))
  })

  it("to AIR permutes shape and spacing with the voxels", () => {
    const turned = reorient(ct, "AIR")
    expect([...turned.voxels]).toEqual([0, 10, 20, 1, 11, 21])
    expect(turned.shape).toEqual([3, 1, 2])
    expect(turned.spacing).toEqual([0.8, 2.5, 0.7])
    expect(orientationOf(turned.affine)).toBe("AIR")
    expect(reorientGrid(grid, "AIR")).toEqual({ shape: turned.shape, spacing: turned.spacing, affine: turned.affine })
  })

  it("to its own code is the volume itself", () => {
    expect(reorient(ct, "RAS")).toBe(ct)
  })

  it("leaves labels labels, and every type of voxel as it is", () => {
    const labels = makeLabels(grid, Uint8Array.of(0, 1, 2, 0, 1, 2))
    expect(reorient(labels, "LPS").kind).toBe("labels")
    expect(reorient(labels, "LPS").voxels).toEqual(Uint8Array.of(2, 1, 0, 2, 1, 0))
    expect(reorient(makeImage(grid, new Float32Array(6)), "SPL").voxels).toBeInstanceOf(Float32Array)
  })

  it("like a grid gives that grid back", () => {
    expect(reorientLike(reorient(ct, "SPL"), grid)).toEqual(ct)
  })

  it("like a grid of other voxels is refused", () => {
    expect(() => reorientLike(ct, makeGrid([2, 3, 1], scaling([1, 1, 1])))).toThrow(GeometryError)
    expect(() => reorientLike(ct, makeGrid([2, 3, 2], grid.affine))).toThrow(ShapeError)
    expect(() => reorientLike(ct, makeGrid([2, 3, 1], scaling([0.7, 0.8, 2.5], [-10, -20, 35])))).toThrow(GeometryError)
  })
})
