import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { expect, it } from "vitest"
import { select } from "../../src/stages/select.ts"
import { splitCases } from "../../src/stages/split.ts"
import { someSample } from "../support/sample.ts"

const split = splitCases(
  Array.from({ length: 10 }, (_, i) => ({ id: `volume-${i}`, hasTumor: true })),
  { seed: 5 }
)
const samples = Array.from({ length: 30 }, (_, index) => someSample({ caseId: `volume-${index % 10}`, index }))

it("keeps the samples of one subset's patients, in their order", async () => {
  const kept = await Effect.runPromise(Stream.runCollect(Stream.fromIterable(samples).pipe(select(split, "train"))))
  expect(kept).toEqual(samples.filter(({ caseId }) => split.train.includes(caseId)))
})

it("takes whatever has an id", async () => {
  const cases = Stream.fromIterable(split.test.concat(split.train).map((id) => ({ id })))
  expect(await Effect.runPromise(Stream.runCollect(cases.pipe(select(split, "test"))))).toEqual([{ id: split.test[0] }])
})

it("a patient that the split does not know stops the stream", async () => {
  const strangers = Stream.make({ id: "volume-77" }).pipe(select(split, "test"))
  const error = await Effect.runPromise(Effect.flip(Stream.runDrain(strangers)))
  expect(error.message).toBe("select: case volume-77 is in no subset of the split; split the cohort again")
})
