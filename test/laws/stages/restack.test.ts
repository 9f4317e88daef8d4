import fc from "fast-check"
import { expect, it } from "vitest"
import { restackCase } from "../../../src/stages/restack.ts"
import { slicesOf } from "../../../src/stages/slice.ts"
import type { Orientation, Plane, Vec3 } from "../../../src/volume/index.ts"
import { reorient } from "../../../src/volume/index.ts"

const side = fc.integer({ min: 1, max: 7 })
const code = fc
  .tuple(fc.shuffledSubarray(["x", "y", "z"], { minLength: 3 }), fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()))
  .map(
    ([axes, flips]) =>
      axes.map((axis, i) => ({ x: "RL", y: "AP", z: "SI" })[axis]![Number(flips[i])]).join("") as Orientation
  )

it("slicing at full size and restacking is the identity, in every plane and from any orientation", () => {
  const plane = fc.constantFrom<Plane>("axial", "coronal", "sagittal")
  fc.assert(
    fc.property(fc.tuple(side, side, side), code, plane, fc.integer(), ([nx, ny, nz], orientation, across, salt) => {
      const shape: Vec3 = [nx, ny, nz]
      const grid = {
        shape,
        spacing: [0.7, 0.8, 2.5] as Vec3,
        affine: [
          [0.7, 0, 0, -10],
          [0, 0.8, 0, 20],
          [0, 0, 2.5, -300],
          [0, 0, 0, 1]
        ] as const
      }
      const count = nx * ny * nz
      const image = reorient(
        { ...grid, kind: "image", voxels: Int16Array.from({ length: count }, (_, i) => (i * 31 + salt) % 3000) },
        orientation
      )
      const labels = reorient(
        { ...grid, kind: "labels", voxels: Uint8Array.from({ length: count }, (_, i) => (i * 7 + Math.abs(salt)) % 3) },
        orientation
      )
      const slices = [...slicesOf({ id: "c", image, labels, spacingTrusted: true }, { plane: across })]
      expect(restackCase(slices, "labels")).toEqual(labels)
      const pixels = restackCase(slices, "pixels")
      expect([...pixels.voxels]).toEqual([...image.voxels])
      expect(pixels.affine).toEqual(image.affine)
    }),
    { numRuns: 150 }
  )
})
