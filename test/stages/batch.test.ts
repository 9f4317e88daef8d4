import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { expect, it } from "vitest"
import { batch, batches } from "../../src/stages/batch.ts"
import { cache, order } from "../../src/stages/cache/index.ts"
import { someSample } from "../support/sample.ts"

const samples = Array.from({ length: 7 }, (_, index) => someSample({ index, height: 3, width: 4 }))
const collect = (options: Parameters<typeof batch>[0]) =>
  Effect.runPromise(Stream.runCollect(Stream.fromIterable(samples).pipe(batch(options))))

it("packs samples side by side in their order", async () => {
  const [first, ...rest] = await collect({ size: 3 })
  expect([first.size, first.height, first.width]).toEqual([3, 3, 4])
  expect([...first.images]).toEqual(samples.slice(0, 3).flatMap(({ pixels }) => [...pixels]))
  expect([...first.masks]).toEqual(samples.slice(0, 3).flatMap(({ mask }) => [...mask]))
  expect(first.ids).toEqual([0, 1, 2].map((index) => ({ caseId: "volume-0", index })))
  expect(rest.map(({ size }) => size)).toEqual([3, 1])
})

it("what is left over at the end is dropped when asked", async () => {
  expect((await collect({ size: 3, last: "drop" })).map(({ size }) => size)).toEqual([3, 3])
  expect(await collect({ size: 8, last: "drop" })).toEqual([])
})

it("an epoch of a dataset comes in batches in its order", async () => {
  const dataset = await Effect.runPromise(Stream.fromIterable(samples).pipe(cache()))
  const found = await Effect.runPromise(Stream.runCollect(batches(dataset, { size: 2, seed: 1, epoch: 4 })))
  expect(found.flatMap(({ ids }) => ids.map(({ index }) => index))).toEqual([...order(dataset, { seed: 1, epoch: 4 })])
})

it("a sample of another size stops the stream and is named", async () => {
  const odd = Stream.make(samples[0], someSample({ caseId: "volume-5", index: 9, height: 3, width: 5 }))
  const error = await Effect.runPromise(Effect.flip(Stream.runDrain(odd.pipe(batch({ size: 2 })))))
  expect(error.message).toBe(
    "batch: case volume-5, slice 9 (slice or crop all to one size): expected shape [3, 4], found [3, 5]"
  )
})

it("a size of 0 is refused", () => {
  expect(() => batch({ size: 0 })).toThrow("batch: size is 0; expected a positive integer")
})
