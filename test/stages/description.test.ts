import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { expect, it } from "vitest"
import { described, describedSource, descriptionOf } from "../../src/stages/description.ts"
import { pure } from "../../src/stages/stage.ts"

const source = () => describedSource("numbers", { from: 1 }, Effect.succeed(["1 to 3"]), Stream.make(1, 2, 3))
const divisible = (caseIds: ReadonlySet<string>) =>
  Stream.fromIterable([1, 2, 3].filter((n) => !caseIds.has(String(n))))
const double = (options: unknown) =>
  described(
    "double",
    options,
    pure("double", (x: number) => 2 * x)
  )

it("a described stream lists its stages in order", () => {
  const stream = source().pipe(double({ version: 1 }), double(undefined))
  expect(descriptionOf(stream)?.stages).toEqual(['numbers {"from":1}', 'double {"version":1}', "double {}"])
})

it("a described stage works as before", async () => {
  expect(await Effect.runPromise(Stream.runCollect(source().pipe(double({}))))).toEqual([2, 4, 6])
})

it("the order of options does not matter", () => {
  const text = (options: unknown) => descriptionOf(source().pipe(double(options)))?.stages[1]
  expect(text({ a: 1, b: { d: [1, 2], c: null } })).toBe(text({ b: { c: null, d: [1, 2] }, a: 1 }))
  expect(text({ a: [1, 2] })).not.toBe(text({ a: [2, 1] }))
})

it("one stage that is not described, or not by plain data, leaves the stream undescribed", () => {
  expect(
    descriptionOf(
      source().pipe(
        Stream.map((x) => x + 1),
        double({})
      )
    )
  ).toBeUndefined()
  expect(descriptionOf(source().pipe(double({ f: () => 1 })))).toBeUndefined()
  expect(descriptionOf(source().pipe(double({ when: new Date(0) })))).toBeUndefined()
})

it("a source that can leave cases out does so behind any described stages, and behind no other", async () => {
  const double = described("double", {}, (self: Stream.Stream<number>) => Stream.map(self, (n) => 2 * n))
  const whole = describedSource("numbers", {}, Effect.succeed([]), divisible(new Set()), divisible)
  const without = descriptionOf(double(double(whole)))?.without
  const rest = without?.(new Set(["2"])) as Stream.Stream<number>
  expect(await Effect.runPromise(Stream.runCollect(rest))).toEqual([4, 12])
  expect(descriptionOf(double(source()))).not.toHaveProperty("without")
})
