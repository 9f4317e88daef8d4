import { expect, it } from "vitest"
import { constant, cosine, perEpoch, poly, ScheduleError, warmUp } from "../../src/optim/schedule.ts"
import { goldenTest } from "../support/golden.ts"

goldenTest("F_poly_lr", "poly is AGPCNet's scheduler, iteration by iteration", (file) => {
  const expected: Readonly<Record<string, ReadonlyArray<number>>> = JSON.parse(file.metadata.get("expected") ?? "")
  for (const [name, rates] of Object.entries(expected)) {
    const [epochs, iterations] = /e(\d+)_i(\d+)/.exec(name)?.slice(1).map(Number) as [number, number]
    const schedule = poly(0.05, { total: epochs * iterations })
    expect(rates.map((_, step) => schedule(step))).toBeAllclose(rates, { relative: 1e-15 })
  }
})

it("poly holds one rate an epoch where the paper's wording is followed", () => {
  const schedule = perEpoch(poly(0.05, { total: 4 }), { iterations: 25 })
  expect(schedule(24)).toBe(0.05)
  expect(schedule(25)).toBeCloseTo(0.05 * 0.75 ** 0.9, 12)
  expect(schedule(99)).toBeCloseTo(0.05 * 0.25 ** 0.9, 12)
})

it("a schedule has no rate before its first step nor after its last", () => {
  for (const schedule of [
    poly(1, { total: 10 }),
    cosine(1, { total: 10 }),
    perEpoch(poly(1, { total: 5 }), { iterations: 2 })
  ]) {
    expect(schedule(9)).toBeGreaterThan(0)
    for (const step of [-1, 10, Number.NaN]) expect(() => schedule(step)).toThrow(ScheduleError)
  }
  expect(() => poly(1, { total: 10 })(10)).toThrow(
    "the poly schedule has no rate for step 10, counted from 0: it was made for 10 steps, 0 to 9"
  )
})

it("cosine falls from base to floor, half of the way at half of the time", () => {
  const schedule = cosine(0.3, { total: 100, floor: 0.1 })
  expect(schedule(0)).toBeCloseTo(0.3, 12)
  expect(schedule(50)).toBeCloseTo(0.2, 12)
  expect(schedule(99.999)).toBeCloseTo(0.1, 6)
})

it("warm-up rises to any schedule in equal steps while that runs on", () => {
  const schedule = warmUp(poly(1, { total: 10 }), { steps: 4 })
  const rates = [0, 1, 2, 3, 4].map(schedule)
  expect(rates).toBeAllclose([0.25, 0.5 * 0.9 ** 0.9, 0.75 * 0.8 ** 0.9, 0.7 ** 0.9, 0.6 ** 0.9])
  expect(warmUp(constant(2), { steps: 0 })(0)).toBe(2)
})
