import { expect, it } from "vitest"
import { drawPatient } from "../../src/phantom/patient.ts"
import { fold, key } from "../../src/random/index.ts"

const patients = Array.from({ length: 200 }, (_, i) => drawPatient(fold(key(1), i)))
const range = (values: ReadonlyArray<number>) => [Math.min(...values), Math.max(...values)] as const

it("patients differ in size, fat and dose, within what is seen in a clinic", () => {
  const ranges: ReadonlyArray<readonly [values: ReadonlyArray<number>, least: number, most: number, spread: number]> = [
    [patients.map(({ scale }) => scale[0]), 0.8, 1.25, 0.25],
    [patients.map(({ scale }) => scale[2]), 0.9, 1.1, 0.1],
    [patients.map(({ fat }) => fat.front), 4, 45, 15],
    [patients.map(({ noise }) => noise), 8, 17, 7],
    [patients.map(({ contrast }) => contrast.liver), 72, 165, 50]
  ]
  for (const [values, least, most, spread] of ranges) {
    const [low, high] = range(values)
    expect(low).toBeGreaterThanOrEqual(least)
    expect(high).toBeLessThanOrEqual(most)
    expect(high - low).toBeGreaterThan(spread)
  }
})
