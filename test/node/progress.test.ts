import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { layerProgress, type Output } from "hepaflow/node"
import { expect, it } from "vitest"
import { progress } from "../../src/stages/progress.ts"

const show = async (output: Partial<Output>, every: number, steps: number, from = 0) => {
  const written: Array<string> = []
  const to: Output = { write: (text) => written.push(text), ...output }
  await Effect.runPromise(
    Effect.gen(function* () {
      for (let done = from; done <= steps; done++) {
        yield* progress({ task: "load", done, total: steps, item: `volume-${done}` })
        yield* TestClock.adjust(every)
      }
    }).pipe(Effect.provide(layerProgress({ to })), Effect.provide(TestClock.layer()))
  )
  return written
}

it("a terminal has one line that renews itself and ends with the task", async () => {
  const written = await show({ isTTY: true, columns: 80 }, 1000, 3)
  expect(written).toHaveLength(4)
  for (const text of written) expect(text.startsWith("\r\x1b[2K")).toBe(true)
  expect(written[2]).toContain("load 2 of 3, volume-2, 1.00/s, 1 s left")
  expect(written.map((text) => text.endsWith("\n"))).toEqual([false, false, false, true])
})

it("a line never wraps, because a wrapped one cannot be renewed", async () => {
  const written = await show({ isTTY: true, columns: 12 }, 1000, 3)
  expect(written[1]).toBe("\r\x1b[2Kload 1 of 3")
})

it("elsewhere there are plain lines, at most one every five seconds and one at the end", async () => {
  const written = await show({}, 1000, 12)
  expect(written.map((text) => /load (\d+) of 12.*\n$/.exec(text)?.[1])).toEqual(["0", "5", "10", "12"])
  expect(written.join("")).not.toContain("\x1b")
})

it("a task that goes on is not taken to have done all before in no time", async () => {
  const written = await show({ isTTY: true }, 1000, 503, 500)
  expect(written[0]).toMatch(/load 500 of 503, volume-500$/)
  expect(written[2]).toMatch(/load 502 of 503, volume-502, 1\.00\/s, 1 s left$/)
})
