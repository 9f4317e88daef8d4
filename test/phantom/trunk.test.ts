import { expect, it } from "vitest"
import { drawPatient } from "../../src/phantom/patient.ts"
import { cavityDistance, diaphragmDistance, SPINE_Y, TRUNK, trunk } from "../../src/phantom/trunk.ts"
import { key } from "../../src/random/index.ts"

const organs = trunk(key(1), drawPatient(key(1)))
const inside = (name: string, x: number, y: number, z: number) =>
  organs.some((organ) => organ.name === name && organ.solids.some((solid) => solid.distance(x, y, z) < 0))
const heights = Array.from({ length: 60 }, (_, i) => i * 2 - 60)

it("the wall is thickest at the back", () => {
  const wall = (y: number) => {
    let depth = 0
    while (cavityDistance(0, Math.sign(y) * (TRUNK[1] - depth), 0) > 0) depth += 0.5
    return depth
  }
  expect(wall(1)).toBeGreaterThan(10)
  expect(wall(-1)).toBeGreaterThan(wall(1) + 15)
})

it("the right dome of the diaphragm stands higher than the left, and both fall off to the back", () => {
  const top = (x: number, y: number) => {
    let z = -150
    while (diaphragmDistance(x, y, z) > 0) z++
    return z
  }
  expect(top(70, 0)).toBeGreaterThan(top(-70, 0) + 5)
  expect(top(70, -70)).toBeLessThan(top(70, 0) - 60)
})

it("vertebrae alternate with discs, and the canal runs behind them", () => {
  const bone = heights.map((z) => inside("vertebrae", 0, SPINE_Y, z))
  expect(new Set(bone)).toEqual(new Set([true, false]))
  expect(heights.every((z) => inside("discs", 0, SPINE_Y, z) && inside("canal", 0, SPINE_Y - 24, z))).toBe(true)
})

it("a plane through the chest cuts ribs on both sides, within the wall", () => {
  const cut = (side: number) => {
    let found = 0
    for (let angle = 0.3; angle < 2.4; angle += 0.02) {
      for (let part = 0.7; part < 1; part += 0.01) {
        const [x, y] = [side * Math.sin(angle) * TRUNK[0] * part, -Math.cos(angle) * TRUNK[1] * part]
        if (!inside("ribs", x, y, 20)) continue
        found++
        expect(cavityDistance(x, y, 20)).toBeGreaterThan(0)
      }
    }
    return found
  }
  expect(cut(1)).toBeGreaterThan(10)
  expect(cut(-1)).toBeGreaterThan(10)
})

it("the lungs lie above the diaphragm and leave room for heart and spine", () => {
  expect(inside("lungs", 90, 0, 100)).toBe(true)
  expect(inside("lungs", -90, -20, 100)).toBe(true)
  expect(inside("lungs", 70, 0, 40)).toBe(false)
  expect(inside("lungs", 0, SPINE_Y, 100)).toBe(false)
})
