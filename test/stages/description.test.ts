import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { expect, it } from "vitest"
import { described, describedSource, descriptionOf } from "../../src/stages/description.ts"
import { pure } from "../../src/stages/stage.ts"

const source = () => describedSource("numbers", { from: 1 }, Effect.succeed(["1 to 3"]), Stream.make(1, 2, 3))
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
