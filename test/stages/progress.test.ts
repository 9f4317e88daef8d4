import { expect, it } from "vitest"
import { describeProgress } from "../../src/stages/progress.ts"

it("says how many of how many, what is in hand, how fast, and how long it will take", () => {
  expect(describeProgress({ task: "load", done: 12, total: 131, item: "volume-12" }, 24_000)).toBe(
    "load 12 of 131, volume-12, 0.50/s, 3 min 58 s left"
  )
})

it("says how long it took when it is done", () => {
  expect(describeProgress({ task: "load", done: 10, total: 10 }, 5000)).toBe("load 10 of 10, in 5 s, 2.00/s")
})

it("makes no promise without a total", () => {
  expect(describeProgress({ task: "write", done: 5 }, 1000)).toBe("write 5, 5.00/s")
})
