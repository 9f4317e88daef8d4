import { expect, it } from "vitest"
import { type Canvas, type Geometry, hull, makeCanvas, windowOf } from "../../src/phantom/canvas.ts"
import type { Organ } from "../../src/phantom/organ.ts"
import { paint } from "../../src/phantom/paint.ts"
import { positions } from "../../src/phantom/scan.ts"
import { ellipsoid } from "../../src/phantom/solid.ts"

const axis = (count: number, step: number) => ({ start: (-step * (count - 1)) / 2, step, count })
const geometry: Geometry = { axes: [axis(41, 1), axis(41, -1), axis(1, 5)], pixel: 1, thickness: 5 }

/** A slice at `z` with air everywhere. */
const blank = (z: number): Canvas => {
  const canvas = makeCanvas(geometry.axes)
  const [xs, ys] = [positions(geometry.axes[0]), positions(geometry.axes[1])]
  canvas.x.set(canvas.x.map((_, i) => xs[i % 41]))
  canvas.y.set(canvas.y.map((_, i) => ys[Math.floor(i / 41)]))
  canvas.z.fill(z)
  canvas.hu.fill(-1000)
  return canvas
}
const at = ({ hu }: Canvas, x: number, y: number) => hu[20 + x + 41 * (20 - y)]
const ball = (radius: number, rest: Partial<Organ> = {}): Organ => ({
  name: "ball",
  solids: [ellipsoid([0, 0, 0], [radius, radius, radius])],
  layers: [{ hu: 100 }],
  detail: 1,
  ...rest
})

it("a voxel holds as much of a tissue as of its volume", () => {
  let volume = 0
  for (let z = -20; z <= 20; z += 5) {
    const canvas = blank(z)
    paint(canvas, ball(10, { role: "liver" }), geometry, z)
    for (const share of canvas.liver) volume += share * geometry.thickness
    for (let i = 0; i < canvas.hu.length; i++) expect(canvas.hu[i]).toBeCloseTo(-1000 + 1100 * canvas.liver[i], 2)
  }
  expect(volume / ((4 / 3) * Math.PI * 10 ** 3)).toBeCloseTo(1, 1)
})

it("layers lie at their depth, and gas in front", () => {
  const canvas = blank(0)
  const layers = [{ hu: 80 }, { hu: 20, inset: 4 }, { hu: -900, inset: 4, above: 3 }]
  paint(canvas, ball(14, { layers }), geometry, 0)
  expect(at(canvas, 12, 0)).toBeCloseTo(80)
  expect(at(canvas, 0, -5)).toBeCloseTo(20)
  expect(at(canvas, 0, 6)).toBeCloseTo(-900)
  expect(at(canvas, 0, 18)).toBe(-1000)
})

it("later organs cover earlier ones, and vessels and tumours are seen only in the liver", () => {
  const canvas = blank(0)
  paint(canvas, ball(10, { role: "liver" }), geometry, 0)
  paint(canvas, ball(16, { role: "insideLiver", layers: [{ hu: 170 }] }), geometry, 0)
  paint(canvas, ball(5, { role: "tumor", layers: [{ hu: 60 }] }), geometry, 0)
  expect(at(canvas, 0, 0)).toBeCloseTo(60)
  expect(at(canvas, 7, 0)).toBeCloseTo(170)
  expect(at(canvas, 14, 0)).toBe(-1000)
})

it("a smeared border does not move the ground truth", () => {
  const [sharp, smeared] = [blank(0), blank(0)]
  for (const [canvas, blur] of [[sharp, 0] as const, [smeared, 3] as const]) {
    paint(canvas, ball(15, { role: "liver" }), geometry, 0)
    paint(canvas, ball(8, { role: "tumor", layers: [{ hu: 40, blur }] }), geometry, 0)
  }
  expect(smeared.tumor).toEqual(sharp.tumor)
  expect(at(smeared, 10, 0)).toBeLessThan(at(sharp, 10, 0))
})

it("only the pixels that a box may touch are visited, wherever the warp moves them", () => {
  const canvas = blank(0)
  const box = { low: [-3, -3, -3], high: [3, 3, 3] } as const
  const still = windowOf(canvas.moved, geometry, box, 0)
  expect(still).toEqual({ left: 15, right: 26, top: 15, bottom: 26 })
  expect(windowOf(canvas.moved, geometry, box, 30)).toBeUndefined()
  canvas.moved.most[0] = 4
  expect(windowOf(canvas.moved, geometry, box, 0)).toEqual({ left: 11, right: 26, top: 15, bottom: 26 })
  expect(hull([undefined, still, { left: 1, right: 2, top: 30, bottom: 31 }])).toEqual({
    left: 1,
    right: 26,
    top: 15,
    bottom: 31
  })
})
