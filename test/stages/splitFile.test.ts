import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import { Files } from "../../src/stages/files.ts"
import { splitCases } from "../../src/stages/split.ts"
import { formatSplit, parseSplit, readSplit, writeSplit } from "../../src/stages/splitFile.ts"

const split = splitCases(
  Array.from({ length: 12 }, (_, i) => ({ id: `volume-${i}`, hasTumor: i % 4 > 0 })),
  { seed: 5 }
)
const text = formatSplit(split)
const withField = (field: string, value: unknown) => JSON.stringify({ ...JSON.parse(text), [field]: value })

const run = <A, E>(effect: Effect.Effect<A, E, Files>) =>
  Effect.runPromise(Effect.provide(effect, Files.layerMemory({ "runs/other.json": new Uint8Array() })))

it("a split written is the split read", async () => {
  const there = Effect.andThen(writeSplit("runs/split.json", split), readSplit("runs/split.json"))
  expect(await run(there)).toEqual(split)
})

it("a split is not overwritten silently", async () => {
  const twice = Effect.andThen(writeSplit("runs/split.json", split), writeSplit("runs/split.json", split))
  expect((await run(Effect.flip(twice))).problem).toBe("exists")
})

it("a split of another cohort is refused and names the file", async () => {
  const there = Effect.andThen(
    writeSplit("runs/split.json", split),
    readSplit("runs/split.json", { cases: ["volume-0", "x"] })
  )
  const error = await run(Effect.flip(there))
  expect(error._tag).toBe("SplitError")
  expect(error.message).toMatch(/^runs\/split\.json: ids that the cohort does not have .*volume-1/)
})

it("what is not a split, or not one for this version, is refused with the reason", () => {
  const refusals: ReadonlyArray<readonly [string, string]> = [
    ["", "is not a JSON object"],
    ["[1]", "is not a JSON object"],
    [withField("format", "split"), 'is not a split: "format" should be "hepaflow split"'],
    [withField("version", 2), "is of version 2, but this hepaflow reads version 1; update hepaflow"],
    [withField("seed", "5"), '"seed" should be an integer'],
    [withField("rule", { fold: 5, folds: 5 }), '"rule" should be'],
    [withField("train", "volume-0"), '"train" should be a list of case ids'],
    [
      withField("test", [...split.test, split.train[0]]),
      `patients in more than one place, so the test would not be honest`
    ]
  ]
  for (const [content, reason] of refusals) expect(() => parseSplit(content, "split.json")).toThrow(reason)
})
