import { describe, expect, it } from "vitest"
import {
  makeGrid,
  makeImage,
  makeLabels,
  resample,
  resampleLabels,
  scaling,
  type Vec3
} from "../../src/volume/index.ts"

const line = (count: number, spacing: number, origin = 0) =>
  makeGrid([count, 1, 1], scaling([spacing, 1, 1], [origin, 0, 0]))
const ramp = makeImage(line(4, 2), Int16Array.of(0, 10, 20, 30))

it("trilinear reads between voxels, in float32", () => {
  const { voxels } = resample(ramp, line(7, 1), { interpolation: "trilinear" })
  expect(voxels).toEqual(Float32Array.of(0, 5, 10, 15, 20, 25, 30))
})

it("nearest keeps the type of the voxels", () => {
  const { voxels } = resample(ramp, line(4, 1, 0.75), { interpolation: "nearest" })
  expect(voxels).toEqual(Int16Array.of(0, 10, 10, 20))
})

it.each(["trilinear", "nearest"] as const)("beyond its voxels an image is as at its edge, with %s", (interpolation) => {
  expect([...resample(ramp, line(3, 20, -10), { interpolation }).voxels]).toEqual([
    0,
    interpolation === "nearest" ? 30 : 30,
    30
  ])
})

it.each([
  "trilinear",
  "nearest"
] as const)("or of the value that is asked for, from half a voxel on, with %s", (interpolation) => {
  const { voxels } = resample(ramp, line(5, 2, -1.5), { interpolation, outside: -1024 })
  expect(voxels[0]).toBe(-1024)
  expect(voxels[4]).toBe(30)
  expect(resample(ramp, line(1, 1, 7.1), { interpolation, outside: -1024 }).voxels[0]).toBe(-1024)
})

it("trilinear is exact for what is linear in all directions, on a turned grid", () => {
  const shape: Vec3 = [4, 5, 6]
  const value = (x: number, y: number, z: number) => 3 * x - 2 * y + z
  const voxels = Float32Array.from({ length: 120 }, (_, i) => value(i % 4, Math.floor(i / 4) % 5, Math.floor(i / 20)))
  const image = makeImage(makeGrid(shape, scaling([1, 1, 1])), voxels)
  const [c, s] = [Math.cos(0.3), Math.sin(0.3)]
  const grid = makeGrid(
    [2, 2, 2],
    [
      [c, -s, 0, 1],
      [s, c, 0, 1],
      [0, 0, 1.5, 2],
      [0, 0, 0, 1]
    ]
  )
  const expected = [0, 1].flatMap((k) =>
    [0, 1].flatMap((j) => [0, 1].map((i) => value(1 + c * i - s * j, 1 + s * i + c * j, 2 + 1.5 * k)))
  )
  expect(resample(image, grid, { interpolation: "trilinear" }).voxels).toBeAllclose(expected)
})

describe("labels", () => {
  const labels = makeLabels(line(3, 2), Uint8Array.of(1, 0, 2))

  it("are taken from the nearest voxel, and are background where there is none", () => {
    expect(resampleLabels(labels, line(9, 1, -2)).voxels).toEqual(Uint8Array.of(0, 1, 1, 0, 0, 2, 2, 0, 0))
  })

  it("cannot be interpolated: the types forbid it", () => {
    // @ts-expect-error: labels are no image
    resample(labels, labels, { interpolation: "trilinear" })
    // @ts-expect-error: nor are images labels
    resampleLabels(ramp, ramp)
  })
})
