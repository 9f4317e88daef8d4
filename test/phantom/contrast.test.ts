import { expect, it } from "vitest"
import { type Contrast, drawContrast, type Phase } from "../../src/phantom/contrast.ts"
import { fold, key } from "../../src/random/index.ts"

const all = Array.from({ length: 400 }, (_, i) => drawContrast(fold(key(1), i)))
const mean = (phase: Phase, tissue: Exclude<keyof Contrast, "phase">) => {
  const values = all.filter((contrast) => contrast.phase === phase).map((contrast) => contrast[tissue])
  return values.reduce((sum, v) => sum + v, 0) / values.length
}

it("most scans are portal venous, some arterial, some late", () => {
  const share = (phase: Phase) => all.filter((contrast) => contrast.phase === phase).length / all.length
  expect(share("portal")).toBeCloseTo(0.65, 1)
  expect(share("arterial")).toBeCloseTo(0.15, 1)
  expect(share("late")).toBeCloseTo(0.2, 1)
})

it("the aorta is brightest in the arterial phase, the liver and its veins in the portal", () => {
  expect(mean("arterial", "aorta")).toBeGreaterThan(mean("portal", "aorta") + 80)
  expect(mean("portal", "liver")).toBeGreaterThan(mean("arterial", "liver") + 15)
  expect(mean("portal", "hepaticVein")).toBeGreaterThan(mean("portal", "liver") + 20)
  expect(mean("arterial", "hepaticVein")).toBeLessThan(mean("arterial", "liver"))
})

it("cortex and medulla of the kidney differ in the arterial phase and no longer in the late one", () => {
  expect(mean("arterial", "cortex") - mean("arterial", "medulla")).toBeGreaterThan(70)
  expect(Math.abs(mean("late", "cortex") - mean("late", "medulla"))).toBeLessThan(10)
  expect(mean("late", "pelvis")).toBeGreaterThan(250)
})
