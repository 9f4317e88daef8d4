import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { expect, it } from "vitest"
import { phantomCase } from "../../src/phantom/phantom.ts"
import { attenuationPeak } from "../../src/stages/attenuationPeak.ts"
import { slice, slicesOf } from "../../src/stages/slice.ts"
import { window, windowPixels, windowVolume } from "../../src/stages/window.ts"

const patient = phantomCase(1, 0, { shape: [24, 24, 6] })

it("maps level - width/2 to 0 and level + width/2 to 1, and clips beyond", () => {
  const hu = Int16Array.of(-3024, -200, 25, 250, 3000)
  expect(windowPixels(hu, { level: 25, width: 450 })).toBeAllclose([0, 0, 0.5, 1, 1], { relative: 1e-6 })
})

it("is LiTS's -200 to 250 by default", () => {
  expect(windowPixels([-200, 250])).toBeAllclose([0, 1], { relative: 1e-6 })
})

it("makes NaN black", () => {
  expect([...windowPixels([Number.NaN])]).toEqual([0])
})

it("rounds to 8 bits where asked to", () => {
  const [value] = windowPixels([0], { level: 25, width: 450 }, { bits: 8 })
  expect(value * 255).toBeCloseTo(113, 4)
})

it("windows a volume as it does its pixels, and keeps its grid", () => {
  const windowed = windowVolume(patient.image, "liver")
  expect(windowed.voxels).toEqual(windowPixels(patient.image.voxels, "liver"))
  expect(windowed.affine).toEqual(patient.image.affine)
})

it("comes before or after slicing with the same result", async () => {
  const cases = () => Stream.fromIterable([patient])
  const before = await Effect.runPromise(Stream.runCollect(cases().pipe(window("abdomen"), slice())))
  const after = await Effect.runPromise(Stream.runCollect(cases().pipe(slice(), window("abdomen"))))
  expect(before.map(({ pixels }) => pixels)).toEqual(after.map(({ pixels }) => pixels))
})

it("gives the same slices whether or not the voxels of the windowed volume have been read", () => {
  const windowed = windowVolume(patient.image, "liver")
  const before = [...slicesOf({ ...patient, image: windowed })]
  expect(windowed.voxels).toHaveLength(patient.image.voxels.length)
  expect([...slicesOf({ ...patient, image: windowed })]).toEqual(before)
})

it("lets a copy of a windowed volume have voxels of its own", () => {
  const image = { ...windowVolume(patient.image), voxels: new Float32Array(patient.image.voxels.length).fill(0.25) }
  const [first] = slicesOf({ ...patient, image })
  expect(new Set(first.pixels)).toEqual(new Set([0.25]))
})

it("may be looked at through a second window", () => {
  const twice = windowVolume(windowVolume(patient.image), { level: 0.5, width: 0.5 })
  const [first] = slicesOf({ ...patient, image: twice })
  const [expected] = slicesOf({ ...patient, image: { ...twice, voxels: twice.voxels } })
  expect(first.pixels).toEqual(expected.pixels)
})

it("refuses a width that is not positive, and a name that it does not know", () => {
  expect(() => window({ level: 0, width: 0 })).toThrow(/width/)
  expect(() => window("elbow" as never)).toThrow(/elbow/)
})

it("finds the level of each CT about its peak, before slices are cut", async () => {
  const level = attenuationPeak(patient.image) as number
  const window100 = { level: "peak", width: 100 } as const
  expect(windowVolume(patient.image, window100).voxels).toEqual(
    windowPixels(patient.image.voxels, { level, width: 100 })
  )
  const late = Stream.runCollect(Stream.make(patient).pipe(slice(), window(window100)))
  await expect(Effect.runPromise(late)).rejects.toThrow("comes before slices are cut")
  const air = { ...patient.image, voxels: new Int16Array(patient.image.voxels.length).fill(-1000) }
  expect(() => windowVolume(air, window100)).toThrow("no soft tissue with contrast medium")
})
