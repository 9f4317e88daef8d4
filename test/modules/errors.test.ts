import { expect, it } from "vitest"
import { ConfigError, divide, InputShapeError } from "../../src/modules/errors.ts"

it("says which network cannot take which shape, and what it takes", () => {
  const error = new InputShapeError({ of: "uNet", found: [1, 2, 3, 4], expected: "one channel" })
  expect(error.message).toBe("uNet cannot take an input of shape [1, 2, 3, 4]: one channel")
  expect(error._tag).toBe("InputShapeError")
})

it("divides channels by what divides them, and by nothing else", () => {
  expect(divide(512, 16, "cpm", "rc")).toBe(32)
  for (const divisor of [3, 0, -4, 1024, 0.5, Number.NaN]) {
    expect(() => divide(512, divisor, "cpm", "rc")).toThrow(ConfigError)
  }
})
