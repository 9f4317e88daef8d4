import { expect, it } from "vitest"
import { ellipsoid } from "../../src/phantom/solid.ts"
import { drawTumors, tumorOrgans } from "../../src/phantom/tumor.ts"
import { fold, key } from "../../src/random/index.ts"

const liver = ellipsoid([40, 0, 0], [90, 80, 80])
const cohort = Array.from({ length: 150 }, (_, i) =>
  drawTumors(fold(key(1), i), liver, { phase: i % 5 === 0 ? "arterial" : "portal", scale: 1.1, none: i % 10 === 0 })
)
const tumors = cohort.flat()

it("a patient has up to 8 tumours, and every number of them occurs", () => {
  expect(new Set(cohort.map(({ length }) => length))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8]))
  expect(cohort.every(({ length }, i) => (length === 0) === (i % 10 === 0))).toBe(true)
})

it("tumours measure 4 to 60 mm, and both ends are reached", () => {
  const diameters = tumors.map(({ diameter }) => diameter)
  expect(Math.min(...diameters)).toBeGreaterThanOrEqual(4)
  expect(Math.min(...diameters)).toBeLessThan(6)
  expect(Math.max(...diameters)).toBeLessThanOrEqual(60)
  expect(Math.max(...diameters)).toBeGreaterThan(55)
})

it("most are darker than the liver, some brighter, some have a rim and some a dead core", () => {
  const dark = tumors.filter(({ kind }) => kind === "hypodense")
  const bright = tumors.filter(({ kind }) => kind === "hyperdense")
  expect(dark.length / tumors.length).toBeGreaterThan(0.8)
  expect(bright.length / tumors.length).toBeGreaterThan(0.04)
  expect(dark.every(({ contrast }) => contrast <= -25)).toBe(true)
  expect(bright.every(({ contrast }) => contrast >= 25)).toBe(true)
  expect(tumors.some(({ rim }) => rim !== undefined)).toBe(true)
  expect(tumors.some(({ necrosis }) => necrosis !== undefined)).toBe(true)
})

it("a tumour at the edge reaches the liver's surface, any other lies within", () => {
  expect(tumors.filter(({ atEdge }) => atEdge).length / tumors.length).toBeCloseTo(1 / 3, 1)
  for (const { center, diameter, atEdge } of tumors) {
    const beyond = liver.distance(...center) + diameter / 2 / 1.1
    if (atEdge) expect(beyond).toBeGreaterThan(0)
    else expect(beyond).toBeLessThan(0)
  }
})

it("tumours of one patient keep apart", () => {
  for (const found of cohort) {
    found.forEach((a, i) => {
      for (const b of found.slice(0, i)) {
        const apart = Math.hypot(...a.center.map((c, axis) => c - b.center[axis]))
        expect(apart).toBeGreaterThan((a.diameter + b.diameter) / 2 / 1.1)
      }
    })
  }
})

it("an outline is irregular yet keeps to its diameter on average", () => {
  const [tumor] = cohort.flat().filter(({ roughness }) => roughness > 0.1)
  const [organ] = tumorOrgans(key(2), [tumor], 120, 1.1)
  const radius = tumor.diameter / 2 / 1.1
  const radii = Array.from({ length: 60 }, (_, i) => {
    const [up, around] = [Math.acos(1 - (2 * (i + 0.5)) / 60), i * 2.4]
    const way = [Math.sin(up) * Math.cos(around), Math.sin(up) * Math.sin(around), Math.cos(up)]
    const at = (r: number) =>
      organ.solids[0].distance(...(tumor.center.map((c, a) => c + r * way[a]) as never as [number, number, number]))
    let r = 0
    while (at(r) < 0) r += radius / 200
    return r / radius
  })
  expect(radii.reduce((sum, r) => sum + r, 0) / radii.length).toBeCloseTo(1, 0)
  expect(Math.max(...radii) - Math.min(...radii)).toBeGreaterThan(0.1)
})
