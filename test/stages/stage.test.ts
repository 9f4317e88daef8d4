import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { expect, it } from "vitest"
import { type Notice, Notices } from "../../src/stages/notices.ts"
import { expand, make, pure } from "../../src/stages/stage.ts"

interface Numbered {
  readonly caseId: string
  readonly n: number
}
const numbered = (count: number) =>
  Stream.fromIterable(Array.from({ length: count }, (_, n): Numbered => ({ caseId: `case-${n}`, n })))
const odd = ({ n }: Numbered) => {
  if (n % 2 === 0) throw new Error("even")
  return n
}

it("a pure stage that throws names the stage and the case", async () => {
  const error = await Effect.runPromise(Effect.flip(Stream.runDrain(numbered(3).pipe(pure("odd", odd)))))
  expect(error).toMatchObject({ _tag: "StageError", message: "odd: case case-0: even" })
})

it("a failing element is left out and reported, where asked to", async () => {
  const notices: Array<Notice> = []
  const kept = await Effect.runPromise(
    Stream.runCollect(numbered(5).pipe(pure("odd", odd, { onFailure: "skip" }))).pipe(
      Effect.provideService(Notices, (notice) => Effect.sync(() => notices.push(notice)))
    )
  )
  expect(kept).toEqual([1, 3])
  expect(notices.map(({ caseId }) => caseId)).toEqual(["case-0", "case-2", "case-4"])
})

it("one element is made at a time, when it is asked for", async () => {
  const made: Array<number> = []
  const stage = make("count", ({ n }: Numbered) => Effect.sync(() => made.push(n)))
  await Effect.runPromise(Stream.runDrain(numbered(100).pipe(stage, Stream.take(3))))
  expect(made).toEqual([0, 1, 2])
})

it("an expansion goes no further than it is asked", async () => {
  let yielded = 0
  const stage = expand("many", function* ({ n }: Numbered) {
    for (let i = 0; i < 1000; i++) {
      yielded++
      yield n
    }
  })
  await Effect.runPromise(Stream.runDrain(numbered(2).pipe(stage, Stream.take(4))))
  expect(yielded).toBe(4)
})

it("an expansion that is left early closes its generator", async () => {
  let closed = 0
  const stage = expand("many", function* ({ n }: Numbered) {
    try {
      for (;;) yield n
    } finally {
      closed++
    }
  })
  await Effect.runPromise(Stream.runDrain(numbered(2).pipe(stage, Stream.take(4))))
  expect(closed).toBe(1)
})

it("an expansion that fails half way gives what came before, and is reported once", async () => {
  const notices: Array<Notice> = []
  const upTo = function* ({ n }: Numbered) {
    for (let i = 0; i < 3; i++) yield odd({ caseId: "", n: n + i })
  }
  const kept = await Effect.runPromise(
    Stream.runCollect(numbered(2).pipe(expand("upTo", upTo, { onFailure: "skip" }))).pipe(
      Effect.provideService(Notices, (notice) => Effect.sync(() => notices.push(notice)))
    )
  )
  expect(kept).toEqual([1])
  expect(notices.map(({ caseId }) => caseId)).toEqual(["case-0", "case-1"])
})
