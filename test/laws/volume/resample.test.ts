import fc from "fast-check"
import { expect, it } from "vitest"
import { ORIENTATIONS, reorient, resample, resampleLabels } from "../../../src/volume/index.ts"
import { volumes } from "../../support/volumes.ts"

it("onto its own grid a volume is itself, value by value", () => {
  fc.assert(
    fc.property(volumes, (volume) => {
      if (volume.kind === "labels") expect(resampleLabels(volume, volume)).toEqual(volume)
      else {
        expect(resample(volume, volume, { interpolation: "nearest" })).toEqual(volume)
        const { voxels } = resample(volume, volume, { interpolation: "trilinear", outside: -9 })
        expect(voxels).toEqual(Float32Array.from(volume.voxels))
      }
    })
  )
})

it("onto a grid in another voxel order it is the volume reoriented", () => {
  fc.assert(
    fc.property(volumes, fc.constantFrom(...ORIENTATIONS), (volume, code) => {
      const turned = reorient(volume, code)
      if (volume.kind === "labels") expect(resampleLabels(volume, turned)).toEqual(turned)
      else expect(resample(volume, turned, { interpolation: "nearest", outside: -9 })).toEqual(turned)
    })
  )
})
