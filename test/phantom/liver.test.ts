import { expect, it } from "vitest"
import { liverShape } from "../../src/phantom/liver.ts"
import { ellipsoid } from "../../src/phantom/solid.ts"
import { cavityDistance, diaphragmDistance } from "../../src/phantom/trunk.ts"
import { fold, key } from "../../src/random/index.ts"

const STEP = 6
type Inside = (x: number, y: number, z: number) => boolean

/** Volume in ml and middle of what is inside. */
const weigh = (inside: Inside) => {
  let [count, x, y, z] = [0, 0, 0, 0]
  for (let px = -130; px <= 150; px += STEP) {
    for (let py = -100; py <= 100; py += STEP) {
      for (let pz = -120; pz <= 100; pz += STEP) {
        if (!inside(px, py, pz)) continue
        count++
        x += px
        y += py
        z += pz
      }
    }
  }
  return { ml: (count * STEP ** 3) / 1000, middle: [x / count, y / count, z / count] }
}
const livers = Array.from({ length: 12 }, (_, i) => liverShape(fold(key(1), i), []))

it("livers are of human size, on the right, and no two are alike", () => {
  const found = livers.map(({ distance }) => weigh((...p) => distance(...p) < 0))
  for (const { ml, middle } of found) {
    expect(ml).toBeGreaterThan(900)
    expect(ml).toBeLessThan(2800)
    expect(middle[0]).toBeGreaterThan(25)
  }
  expect(new Set(found.map(({ ml }) => ml)).size).toBe(livers.length)
})

it("a liver stays under the diaphragm and within the wall", () => {
  for (const { distance } of livers) {
    expect(weigh((...p) => distance(...p) < 0 && (diaphragmDistance(...p) < 0 || cavityDistance(...p) > 0)).ml).toBe(0)
  }
})

it("the left lobe tapers: further left there is less of it", () => {
  for (const { distance } of livers) {
    const section = (x: number) => weigh((px, y, z) => Math.abs(px - x) <= STEP && distance(px, y, z) < 0).ml
    expect(section(-40)).toBeLessThan(section(20))
    expect(section(-90)).toBeLessThan(section(-40) + 1e-9)
  }
})

it("a neighbour presses into it and keeps its distance", () => {
  const neighbor = ellipsoid([80, 0, 0], [20, 20, 20])
  const { distance } = liverShape(fold(key(1), 0), [[neighbor, 4]])
  expect(livers[0].distance(80, 0, 0)).toBeLessThan(0)
  expect(weigh((...p) => distance(...p) < 0 && neighbor.distance(...p) < 4).ml).toBe(0)
})
