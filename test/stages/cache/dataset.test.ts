import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { expect, it } from "vitest"
import { cache, order, shuffled, subset } from "../../../src/stages/cache/index.ts"
import { someSample } from "../../support/sample.ts"

const stream = Array.from({ length: 40 }, (_, index) =>
  someSample({ caseId: `volume-${index % 4}`, index, empty: index % 8 > 0 })
)
const dataset = await Effect.runPromise(Stream.fromIterable(stream).pipe(cache()))
const ascending = Array.from(stream, (_, place) => place)

it("an epoch draws every sample once, shuffled over all patients", () => {
  const places = order(dataset, { seed: 1, epoch: 0 })
  expect([...places]).not.toEqual(ascending)
  expect([...places].sort((a, b) => a - b)).toEqual(ascending)
})

it("each epoch and each seed has an order of its own, and always the same", () => {
  const orders = [
    order(dataset, { seed: 1, epoch: 0 }),
    order(dataset, { seed: 1, epoch: 1 }),
    order(dataset, { seed: 2, epoch: 0 })
  ]
  expect(new Set(orders.map(String)).size).toBe(3)
  expect(order(dataset, { seed: 2, epoch: 0 })).toEqual(orders[2])
})

it("the stream of an epoch is in its order", async () => {
  const found = await Effect.runPromise(Stream.runCollect(shuffled(dataset, { seed: 3, epoch: 2 })))
  expect(found.map(({ origin }) => origin.index)).toEqual([...order(dataset, { seed: 3, epoch: 2 })])
})

it("balanced, half of an epoch has a mask, and the rarer kind comes equally often", () => {
  const places = [...order(dataset, { seed: 1, epoch: 0, sampling: "balanced" })]
  expect(places).toHaveLength(40)
  const positives = places.filter((place) => place % 8 === 0)
  expect(positives).toHaveLength(20)
  for (const place of [0, 8, 16, 24, 32]) expect(positives.filter((found) => found === place)).toHaveLength(4)
  expect(new Set(places.filter((place) => place % 8 > 0)).size).toBe(20)
})

it("balanced without any mask is uniform", async () => {
  const empty = subset(dataset, ["volume-1"])
  expect([...order(empty, { seed: 1, epoch: 0, sampling: "balanced" })].sort((a, b) => a - b)).toEqual(
    ascending.slice(0, 10)
  )
})

it("a subset has its patients' samples and no others", async () => {
  const some = subset(dataset, ["volume-2", "volume-0", "volume-77"])
  expect(some.length).toBe(20)
  expect(some.cases).toEqual([
    { id: "volume-0", samples: 10, positives: 5 },
    { id: "volume-2", samples: 10, positives: 0 }
  ])
  expect(await Effect.runPromise(some.get(1))).toEqual(stream[2])
  const found = await Effect.runPromise(Stream.runCollect(shuffled(some, { seed: 1, epoch: 0 })))
  expect(new Set(found.map(({ caseId }) => caseId))).toEqual(new Set(["volume-0", "volume-2"]))
  expect((await Effect.runPromise(Effect.flip(some.get(20))))._tag).toBe("CacheError")
})
