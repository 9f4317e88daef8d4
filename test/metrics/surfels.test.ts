import { expect, it } from "vitest"
import { surfaceArea, surfaceDistances } from "../../src/metrics/index.ts"
import { contourLengths, surfaceAreas } from "../../src/metrics/surfels.ts"
import { boxMask, drawing, solid } from "../support/masks.ts"

it("a cube of one corner cuts off a triangle, half a cube a rectangle", () => {
  const areas = surfaceAreas([2, 3, 5])
  const triangle = Math.hypot(3 * 5, 2 * 5, 2 * 3) / 8
  for (let corner = 0; corner < 8; corner++) expect(areas[1 << corner]).toBeCloseTo(triangle, 12)
  // Bits 128 >> (4 x + 2 y + z): the half with x = 1, with y = 1, with z = 1.
  expect(areas[0b00001111]).toBeCloseTo(3 * 5, 12)
  expect(areas[0b00110011]).toBeCloseTo(2 * 5, 12)
  expect(areas[0b01010101]).toBeCloseTo(2 * 3, 12)
})

it("inside and outside share their surface, and only full and empty neighbourhoods have none", () => {
  const areas = surfaceAreas([1, 1.5, 2.5])
  for (let code = 0; code < 256; code++) {
    expect(areas[code]).toBe(areas[255 - code])
    expect(areas[code] > 0).toBe(code !== 0 && code !== 255)
  }
})

it("the table is that of surface-distance, for cubes and for slabs", () => {
  // Sums over its table, plain and with a weight that tells the codes apart.
  const sums = (spacing: readonly [number, number, number]) => {
    const areas = surfaceAreas(spacing)
    return [
      areas.reduce((sum, area) => sum + area, 0),
      areas.reduce((sum, area, code) => sum + area * ((code * 37) % 101), 0)
    ]
  }
  expect(sums([1, 1, 1])).toBeAllclose([241.34313970553737, 12231.868462782728], { relative: 1e-12 })
  expect(sums([0.7, 0.8, 2.5])).toBeAllclose([371.4624630404377, 18825.232569304793], { relative: 1e-12 })
})

it("the contour of 2 x 2 pixels: half a diagonal for a corner, a side for two, two halves across", () => {
  const [v, h, d] = [0.8, 0.5, Math.hypot(0.8, 0.5) / 2]
  // SPEC: horizontal is along columns (x), vertical along rows (y); bits 8 >> (2 x + y).
  expect([...contourLengths([h, v])]).toBeAllclose([0, d, d, v, d, h, 2 * d, d, d, 2 * d, h, d, v, d, d, 0])
})

it("a box weighs the area of its sides, its edges and corners rounded off", () => {
  const spacing = [0.7, 0.8, 2.5] as const
  const mask = boxMask([14, 12, 10], [2, 2, 2], [12, 10, 8], spacing)
  const { fromReference } = surfaceDistances(mask, mask, { surface: "surfels" })
  const [x, y, z] = [0.7, 0.8, 2.5]
  // Sides end half a voxel short of every edge; an edge is a chamfer of half a voxel, a corner a triangle.
  const sides = 2 * (9 * x * 7 * y + 9 * x * 5 * z + 7 * y * 5 * z)
  const edges = 4 * (9 * x * Math.hypot(y, z) + 7 * y * Math.hypot(x, z) + 5 * z * Math.hypot(x, y)) * 0.5
  const corners = 8 * (Math.hypot(y * z, x * z, x * y) / 8)
  expect(surfaceArea(fromReference)).toBeCloseTo(sides + edges + corners, 9)
})

it("a ball's surface is within 10 % of 4 pi r^2, and a disk's contour of 2 pi r", () => {
  const ball = solid([41, 41, 41], (x, y, z) => Math.hypot(x - 20, y - 20, z - 20) <= 15.5)
  const own = surfaceDistances(ball, ball, { surface: "surfels" })
  expect(surfaceArea(own.fromReference) / (4 * Math.PI * 15.5 ** 2)).toBeCloseTo(1.05, 1)
  const disk = drawing(
    Array.from({ length: 41 }, (_, y) =>
      Array.from({ length: 41 }, (_, x) => (Math.hypot(x - 20, y - 20) <= 15.5 ? "#" : ".")).join("")
    )
  )
  const contour = surfaceDistances(disk, disk, { surface: "surfels" })
  expect(surfaceArea(contour.fromReference) / (2 * Math.PI * 15.5)).toBeCloseTo(1.05, 1)
})
