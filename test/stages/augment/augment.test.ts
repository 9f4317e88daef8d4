import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { expect, it } from "vitest"
import {
  augment,
  compose,
  crop,
  elastic,
  flip,
  noise,
  rotate,
  type Transform
} from "../../../src/stages/augment/index.ts"
import type { Sample } from "../../../src/volume/index.ts"
import { someSample } from "../../support/sample.ts"

const transforms = [flip({ axis: "vertical" }), rotate({ degrees: [-20, 20] }), elastic(), noise({ sigma: [0, 0.1] })]
const slices = Array.from({ length: 12 }, (_, index) => someSample({ caseId: `volume-${index % 3}`, index }))

const run = (samples: ReadonlyArray<Sample>, epoch: number, seed = 1) =>
  Effect.runPromise(Stream.runCollect(Stream.fromIterable(samples).pipe(augment(transforms, { seed, epoch }))))

it("what happens to a slice does not depend on the order of the stream", async () => {
  const forwards = await run(slices, 0)
  const backwards = await run([...slices].reverse(), 0)
  expect([...backwards].reverse()).toEqual(forwards)
})

it("every slice, epoch and seed is changed differently", async () => {
  const all = [...(await run(slices, 0)), ...(await run(slices, 1)), ...(await run(slices, 0, 2))]
  expect(new Set(all.map((sample) => JSON.stringify(sample.augmentation))).size).toBe(all.length)
})

it("two targets of one slice move together", async () => {
  const liver = { ...slices[0], target: "liver" as const }
  const [a, b] = await run([slices[0], liver], 3)
  expect(b.pixels).toEqual(a.pixels)
  expect(b.mask).toEqual(a.mask)
})

it("a sample is made again from its record", async () => {
  for (const [i, { augmentation, ...made }] of (await run(slices, 5)).entries()) {
    expect(compose(transforms).apply(slices[i], JSON.parse(JSON.stringify(augmentation)))).toEqual(made)
  }
})

it("a transform that does not fit stops the stream and names the case", async () => {
  const tooLarge = augment([crop({ size: [99, 99] })], { seed: 1, epoch: 0 })
  const failure = await Effect.runPromise(Effect.flip(Stream.runDrain(Stream.fromIterable(slices).pipe(tooLarge))))
  expect(failure._tag).toBe("StageError")
  expect(failure.message).toBe(
    "augment: case volume-0: crop: a window of [99, 99] does not fit a slice of [16, 16]; crop less or resize first"
  )
})

it.each<[string, Partial<Transform>, RegExp]>([
  ["draws", { params: () => JSON.parse("?") }, /volume-0: own: Unexpected token/],
  ["applies", { apply: () => JSON.parse("?") }, /volume-0: own: Unexpected token/],
  ["places", { frame: () => JSON.parse("?") } as object, /volume-0: own: Unexpected token/],
  [
    "cuts",
    { apply: (sample) => ({ ...sample, height: 8 }) },
    /own: it gives 256 pixels and a mask of 256 for \[8, 16\]$/
  ]
])("a transform of one's own that fails where it %s is named", async (_, failing, message) => {
  const own: Transform = { name: "own", params: () => ({}), apply: (sample) => sample, ...failing }
  const stage = augment([flip({ axis: "vertical" }), own], { seed: 1, epoch: 0 })
  const failure = await Effect.runPromise(Effect.flip(Stream.runDrain(Stream.fromIterable(slices).pipe(stage))))
  expect(failure).toMatchObject({ _tag: "StageError", message: expect.stringMatching(message) })
})
