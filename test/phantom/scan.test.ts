import { expect, it } from "vitest"
import { drawPatient } from "../../src/phantom/patient.ts"
import { drawScan, indicesBetween, positions } from "../../src/phantom/scan.ts"
import { TRUNK } from "../../src/phantom/trunk.ts"
import { fold, key } from "../../src/random/index.ts"
import { orientationOf, spacingOf, type Vec3 } from "../../src/volume/index.ts"

const scans = Array.from({ length: 200 }, (_, i) => {
  const from = fold(key(1), i)
  const patient = drawPatient(from)
  return { patient, scan: drawScan(from, patient, [512, 512, 75]) }
})

it("the affine says what the axis code and the spacing say", () => {
  for (const { scan } of scans) {
    expect(orientationOf(scan.grid.affine)).toBe(scan.code)
    expect(spacingOf(scan.grid.affine)).toBeAllclose(scan.grid.spacing)
  }
})

it("orientations are mixed as in LiTS: LAS for the most part, LPS and RAS some", () => {
  const share = (code: string) => scans.filter(({ scan }) => scan.code === code).length / scans.length
  expect(share("LAS")).toBeGreaterThan(0.6)
  expect(share("LPS")).toBeGreaterThan(0.07)
  expect(share("RAS")).toBeGreaterThan(0.05)
  expect(share("LAS") + share("LPS") + share("RAS")).toBeCloseTo(1)
})

it("512 x 512 x 75 voxels are as large as those of LiTS: 0.55 to 1 mm in the plane, 0.45 to 6 mm apart, and all different", () => {
  for (const { scan } of scans) {
    expect(scan.grid.spacing[0]).toBeGreaterThan(0.55)
    expect(scan.grid.spacing[0]).toBeLessThan(1)
    expect(scan.grid.spacing[2]).toBeGreaterThan(0.45)
    expect(scan.grid.spacing[2]).toBeLessThan(6)
  }
  expect(new Set(scans.map(({ scan }) => scan.grid.spacing[0])).size).toBe(scans.length)
})

it.each([
  [64, 64, 16],
  [256, 128, 48]
] as ReadonlyArray<Vec3>)("%i x %i x %i voxels hold the trunk from side to side", (...shape) => {
  for (const { patient } of scans.slice(0, 20)) {
    const { axes } = drawScan(key(3), patient, shape)
    const half = patient.scale[0] * TRUNK[0]
    const xs = positions(axes[0])
    expect(Math.min(...xs)).toBeLessThan(-half)
    expect(Math.max(...xs)).toBeGreaterThan(half)
  }
})

it("air outside the circle that is reconstructed is -3024 in some, -1024 in others, and some have none", () => {
  const kinds = new Set(scans.map(({ scan: { fieldOfView: f } }) => (Number.isFinite(f.radius) ? f.outside : 0)))
  expect(kinds).toEqual(new Set([-3024, -1024, 0]))
})

it("indices between two positions are those whose position lies there, along either direction", () => {
  for (const step of [2, -2]) {
    const axis = { start: step * -5, step, count: 11 }
    const inside = [...positions(axis).entries()].filter(([, x]) => x >= -3 && x <= 5).map(([i]) => i)
    const [first, end] = indicesBetween(axis, -3, 5)
    expect(Array.from({ length: end - first }, (_, i) => first + i)).toEqual(inside)
  }
})
