import fc from "fast-check"
import { expect, it } from "vitest"
import {
  apply,
  compose,
  invert,
  ORIENTATIONS,
  orientationOf,
  reorient,
  reorientLike
} from "../../../src/volume/index.ts"
import { toFloat32, volumes } from "../../support/volumes.ts"

const codes = fc.constantFrom(...ORIENTATIONS)

it("to any code and back gives the same voxels, shape and spacing, and the same affine where it was float32", () => {
  fc.assert(
    fc.property(volumes, codes, (volume, code) => {
      const origin = orientationOf(volume.affine)
      const back = reorient(reorient(volume, code), origin)
      expect({ ...back, affine: 0 }).toEqual({ ...volume, affine: 0 })
      expect(back.affine.flat()).toBeAllclose(volume.affine.flat(), { relative: 1e-14 })

      // Whole voxels of float32 length are added without rounding unless an axis is within 1e-3 of being straight.
      const stored = { ...volume, affine: toFloat32(volume.affine) }
      fc.pre(stored.affine.slice(0, 3).every((row) => row.every((x) => x === 0 || Math.abs(x) > 1e-3)))
      expect(reorient(reorient(stored, code), origin)).toEqual(stored)
    })
  )
})

it("to any code and back onto the grid is the identity, for any affine", () => {
  fc.assert(
    fc.property(volumes, codes, (volume, code) => {
      expect(reorientLike(reorient(volume, code), volume)).toEqual(volume)
    })
  )
})

it("moves no voxel in the world", () => {
  fc.assert(
    fc.property(volumes, codes, (volume, code) => {
      const turned = reorient(volume, code)
      const toIndex = compose(invert(volume.affine), turned.affine)
      const [nx, ny] = volume.shape
      const [mx, my] = turned.shape
      for (const [at, value] of turned.voxels.entries()) {
        const [i, j, k] = apply(toIndex, [at % mx, Math.floor(at / mx) % my, Math.floor(at / (mx * my))])
        const [x, y, z] = [Math.round(i), Math.round(j), Math.round(k)]
        expect([i, j, k]).toBeAllclose([x, y, z], { absolute: 1e-6 })
        expect(value).toBe(volume.voxels[x + nx * (y + ny * z)])
      }
    })
  )
})

it("gives the orientation that was asked for", () => {
  fc.assert(
    fc.property(volumes, codes, (volume, code) => {
      expect(orientationOf(reorient(volume, code).affine)).toBe(code)
    })
  )
})
