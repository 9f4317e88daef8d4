import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { expect, it } from "vitest"
import { checksum } from "../../../src/stages/cache/checksum.ts"
import { cache, samples } from "../../../src/stages/cache/index.ts"
import { described } from "../../../src/stages/description.ts"
import { Files } from "../../../src/stages/files.ts"
import { labelSplit } from "../../../src/stages/labelSplit.ts"
import { load } from "../../../src/stages/load.ts"
import { type Notice, Notices } from "../../../src/stages/notices.ts"
import { slice } from "../../../src/stages/slice.ts"
import { pure } from "../../../src/stages/stage.ts"
import { window } from "../../../src/stages/window.ts"
import type { Sample } from "../../../src/volume/index.ts"
import { type FilesSpy, spyOn } from "../../support/filesSpy.ts"
import { someSample } from "../../support/sample.ts"
import { tinyCohort } from "../../support/tinyCohort.ts"

const cohort = (count = 3) => spyOn(Files.layerMemory(tinyCohort(count)))
const pipeline = load("lits").pipe(window(), slice({ size: [5, 6] }), labelSplit("tumor"))
const run = <A, E>(spy: FilesSpy, effect: Effect.Effect<A, E, Files>) =>
  Effect.runPromise(Effect.provide(effect, spy.layer))
const all = <E, R>(dataset: Effect.Effect<Parameters<typeof samples>[0], E, R>) =>
  Effect.flatMap(dataset, (found) => Stream.runCollect(samples(found)))
const decoded = ({ log }: FilesSpy) => log.filter((line) => /^(read|stream|open) .*nii/.test(line)).length
/** What samples are, in short. */
const digests = <E, R>(stream: Stream.Stream<Sample, E, R>) =>
  stream.pipe(
    Stream.map(({ caseId, origin, pixels, mask }) => {
      const sums = [pixels, mask].map((each) => checksum(new Uint8Array(each.buffer, each.byteOffset, each.byteLength)))
      return [caseId, origin.index, ...sums]
    }),
    Stream.runCollect
  )
const cacheFiles = async (spy: FilesSpy) => {
  const [folder] = await Effect.runPromise(spy.files.list("cache"))
  return { index: `cache/${folder}/index.json`, shard: `cache/${folder}/00000.samples` }
}
const overwrite = (spy: FilesSpy, path: string, change: (bytes: Uint8Array) => Uint8Array) =>
  Effect.runPromise(
    Effect.flatMap(spy.files.read(path), (bytes) => spy.files.write(path, change(bytes.slice()), { overwrite: true }))
  )

it("a dataset in memory gives the samples of the stream, to the bit, in any order and again", async () => {
  const stream = Array.from({ length: 5 }, (_, index) => someSample({ index, empty: index === 2 }))
  const dataset = await Effect.runPromise(Stream.fromIterable(stream).pipe(cache()))
  expect(dataset.length).toBe(5)
  expect(await Effect.runPromise(Stream.runCollect(samples(dataset)))).toEqual(stream)
  expect(await Effect.runPromise(Stream.runCollect(samples(dataset)))).toEqual(stream)
  expect(await Effect.runPromise(Stream.runCollect(dataset.stream([4, 0, 4])))).toEqual([
    stream[4],
    stream[0],
    stream[4]
  ])
  expect(await Effect.runPromise(dataset.get(3))).toEqual(stream[3])
})

it("a folder that cannot be written into is told before a case is read", async () => {
  const spy = cohort()
  spy.fails = (line) => line.startsWith("write cache")
  const error = await run(spy, Effect.flip(pipeline.pipe(cache({ directory: "cache" }))))
  expect(error.message).toMatch(/^cannot write into cache\/\w+: the disk or quota is full/)
  expect(decoded(spy)).toBe(0)
})

it("what is known without pixels: which slices, how much is marked, which patients", async () => {
  const stream = [someSample({ index: 0 }), someSample({ index: 1, empty: true }), someSample({ caseId: "volume-9" })]
  const { info, cases } = await Effect.runPromise(Stream.fromIterable(stream).pipe(cache()))
  const { pixels, mask, ...rest } = stream[1]
  expect(info[1]).toEqual({ ...rest, marked: 0 })
  expect(info[0].marked).toBe(stream[0].mask.filter((marked) => marked === 1).length)
  expect(cases).toEqual([
    { id: "volume-0", samples: 2, positives: 1 },
    { id: "volume-9", samples: 1, positives: 1 }
  ])
})

it("changing a sample that was given out does not change the dataset", async () => {
  const dataset = await Effect.runPromise(Stream.make(someSample()).pipe(cache()))
  const given = await Effect.runPromise(dataset.get(0))
  given.pixels.fill(7)
  given.mask.fill(1)
  expect(await Effect.runPromise(dataset.get(0))).toEqual(someSample())
})

it("a place that does not exist is refused", async () => {
  const dataset = await Effect.runPromise(Stream.make(someSample()).pipe(cache()))
  const error = await Effect.runPromise(Effect.flip(dataset.get(1)))
  expect(error.message).toBe("cache: memory: there is no sample 1 among 1")
})

it("memory that does not suffice is refused where there is no directory, with the remedy", async () => {
  const stream = Stream.fromIterable(Array.from({ length: 5 }, (_, index) => someSample({ index })))
  const error = await Effect.runPromise(Effect.flip(stream.pipe(cache({ memory: 3000 }))))
  expect(error.message).toBe(
    "cache: memory: it is full after 2 samples; pass { directory } to keep the others on disk, or allow more { memory }"
  )
})

it("a stream without samples is refused", async () => {
  const error = await Effect.runPromise(Effect.flip((Stream.empty as Stream.Stream<Sample>).pipe(cache())))
  expect(error.message).toContain("it gave no samples")
})

it.each([
  0,
  1000,
  2 ** 30
])("with %i bytes of memory, a second epoch and a second run decode no NIfTI", async (memory) => {
  const spy = cohort()
  const cached = pipeline.pipe(cache({ directory: "cache", memory }))
  const first = await run(spy, all(cached))
  expect(first.length).toBe(12)
  expect(first).toEqual(await run(spy, Stream.runCollect(pipeline)))
  spy.log.length = 0
  expect(await run(spy, all(cached))).toEqual(first)
  const dataset = await run(spy, cached)
  for (let epoch = 0; epoch < 2; epoch++) {
    expect(await Effect.runPromise(Stream.runCollect(samples(dataset)))).toEqual(first)
  }
  expect(decoded(spy)).toBe(0)
})

it("samples that fit the memory are read from disk no more than once", async () => {
  const spy = cohort()
  const cached = pipeline.pipe(cache({ directory: "cache" }))
  await run(spy, all(cached))
  const dataset = await run(spy, cached)
  await Effect.runPromise(Stream.runDrain(samples(dataset)))
  spy.log.length = 0
  await Effect.runPromise(Stream.runDrain(samples(dataset)))
  expect(spy.log).toEqual([])
})

it("another option anywhere upstream, or another input, is another cache", async () => {
  const options: ReadonlyArray<Stream.Stream<Sample, unknown, Files>> = [
    pipeline,
    load("lits", { cases: [0, 1] }).pipe(window(), slice({ size: [5, 6] }), labelSplit("tumor")),
    load("lits").pipe(window("liver"), slice({ size: [5, 6] }), labelSplit("tumor")),
    load("lits").pipe(window(), slice({ size: [6, 6] }), labelSplit("tumor")),
    load("lits").pipe(window(), slice({ size: [5, 6] }), labelSplit("liver"))
  ]
  const spy = cohort()
  for (const one of options)
    expect(await run(spy, all(one.pipe(cache({ directory: "cache" }))))).toEqual(await run(spy, Stream.runCollect(one)))
  expect(await Effect.runPromise(spy.files.list("cache"))).toHaveLength(options.length)
  const path = "lits/volume-0.nii"
  await overwrite(spy, path, (bytes) => Uint8Array.of(...bytes, 0))
  await run(spy, all(pipeline.pipe(cache({ directory: "cache" }))))
  expect(await Effect.runPromise(spy.files.list("cache"))).toHaveLength(options.length + 1)
})

it("a cohort that was moved, files and times, keeps its cache", async () => {
  const spy = cohort()
  const before = await run(spy, all(pipeline.pipe(cache({ directory: "cache" }))))
  const moved = spyOn(
    Layer.succeed(Files, {
      ...spy.files,
      list: (path) => spy.files.list(path.replace("elsewhere", "lits")),
      stat: (path) => spy.files.stat(path.replace("elsewhere", "lits"))
    })
  )
  const there = load("elsewhere").pipe(window(), slice({ size: [5, 6] }), labelSplit("tumor"))
  expect(await run(moved, all(there.pipe(cache({ directory: "cache" }))))).toEqual(before)
  expect(decoded(moved)).toBe(0)
})

it("a stage that is not described needs a key, and the error says so", async () => {
  const own = pure("own", (sample: Sample) => sample)
  const error = await run(cohort(), Effect.flip(pipeline.pipe(own, cache({ directory: "cache" }))))
  expect(error.message).toContain("wrap your own stages in described(name, options, stage), or pass { key }")

  const spy = cohort()
  const keyed = pipeline.pipe(own, cache({ directory: "cache", key: "own 1" }))
  const first = await run(spy, all(keyed))
  spy.log.length = 0
  expect(await run(spy, all(keyed))).toEqual(first)
  expect(decoded(spy)).toBe(0)
})

it("a described stage of one's own is cached by its version", async () => {
  const spy = cohort()
  const own = (version: number) =>
    described(
      "own",
      { version },
      pure("own", (sample: Sample) => ({ ...sample, pixels: sample.pixels.map((x) => x * version) }))
    )
  const [one] = await run(spy, all(pipeline.pipe(own(1), cache({ directory: "cache" }))))
  const [two] = await run(spy, all(pipeline.pipe(own(2), cache({ directory: "cache" }))))
  expect(two.pixels).toEqual(one.pixels.map((x) => 2 * x))
})

it("a failing case fails the cache, and what was skipped is reported again by every later run", async () => {
  const files = tinyCohort(3)
  files["lits/volume-1.nii"] = files["lits/volume-1.nii"].slice(0, 400)
  const spy = spyOn(Files.layerMemory(files))
  const failed = await run(spy, Effect.flip(pipeline.pipe(cache({ directory: "cache" }))))
  expect(failed._tag).toBe("LoadError")

  const skipping = load("lits", { onFailure: "skip" }).pipe(window(), slice({ size: [5, 6] }), labelSplit("tumor"))
  for (let time = 0; time < 2; time++) {
    const notices: Array<Notice> = []
    const cached = skipping.pipe(cache({ directory: "cache" }))
    const dataset = await run(
      spy,
      Effect.provideService(cached, Notices, (notice) => Effect.sync(() => notices.push(notice)))
    )
    expect(dataset.cases.map(({ id }) => id)).toEqual(["volume-0", "volume-2"])
    expect(notices).toMatchObject([{ kind: "skipped", stage: "load", caseId: "volume-1" }])
  }
})

it("a flipped bit in a record is found when it is read, and the error names the folder", async () => {
  const spy = cohort()
  const cached = pipeline.pipe(cache({ directory: "cache", memory: 0 }))
  await run(spy, cached)
  await overwrite(spy, (await cacheFiles(spy)).shard, (bytes) => {
    bytes[10] ^= 4
    return bytes
  })
  const dataset = await run(spy, cached)
  const error = await Effect.runPromise(Effect.flip(dataset.get(0)))
  expect(error.message).toMatch(
    /^cache: cache\/[0-9a-f]{16}: the record at byte 0 of shard 0 is damaged; remove the folder/
  )
  expect((await Effect.runPromise(dataset.get(11))).caseId).toBe("volume-2")
})

it.each<[string, (spy: FilesSpy) => Promise<void>]>([
  [
    "a flipped bit in its index",
    async (spy) => overwrite(spy, (await cacheFiles(spy)).index, (bytes) => bytes.with(bytes.length >>> 1, 65))
  ],
  [
    "an index cut short",
    async (spy) => overwrite(spy, (await cacheFiles(spy)).index, (bytes) => bytes.subarray(0, 50))
  ],
  ["an index of nothing", async (spy) => overwrite(spy, (await cacheFiles(spy)).index, () => new Uint8Array())],
  ["a shard cut short", async (spy) => overwrite(spy, (await cacheFiles(spy)).shard, (bytes) => bytes.subarray(9))],
  ["a missing shard", async (spy) => Effect.runPromise(spy.files.remove((await cacheFiles(spy)).shard))]
])("a cache with %s is made anew", async (_, damage) => {
  const spy = cohort()
  const cached = pipeline.pipe(cache({ directory: "cache" }))
  const first = await run(spy, all(cached))
  await damage(spy)
  spy.log.length = 0
  expect(await run(spy, all(cached))).toEqual(first)
  expect(decoded(spy)).toBe(6)
})

it("a run that was stopped goes on with the cases that are left", { timeout: 60_000 }, async () => {
  const files = tinyCohort(4)
  files["lits/volume-1.nii"] = files["lits/volume-1.nii"].slice(0, 400)
  // Three cases of four large slices, and one that cannot be read.
  const large = load("lits", { onFailure: "skip" }).pipe(window(), slice({ size: [1100, 1100] }), labelSplit("tumor"))
  const cached = large.pipe(cache({ directory: "cache", memory: 0 }))
  const spy = spyOn(Files.layerMemory(files))
  const told = async () => {
    const notices: Array<string> = []
    const collect = (notice: Notice) => Effect.sync(() => notices.push(notice.caseId))
    const dataset = await run(spy, Effect.result(Effect.provideService(cached, Notices, collect)))
    return { dataset, notices }
  }
  spy.fails = (line) => /^write .*00001/.test(line)
  expect((await told()).dataset).toMatchObject({ _tag: "Failure", failure: { problem: "full" } })
  spy.fails = () => false
  spy.log.length = 0
  const second = await told()
  expect(decoded(spy)).toBe(8 - 2)
  expect(spy.log.filter((line) => /^(read|stream|open) .*-0.nii/.test(line))).toEqual([])
  const made = await run(spy, digests(large))
  for (const { dataset, notices } of [second, await told()]) {
    expect(notices).toEqual(["volume-1"])
    if (dataset._tag === "Failure") throw dataset.failure
    expect(dataset.success.cases.map(({ id }) => id)).toEqual(["volume-0", "volume-2", "volume-3"])
    expect(await run(spy, digests(samples(dataset.success)))).toEqual(made)
  }
  const [folder] = await Effect.runPromise(spy.files.list("cache"))
  expect(await Effect.runPromise(spy.files.list(`cache/${folder}`))).not.toContain("part.json")
})

it("samples beyond one file go to the next", async () => {
  const side = 2048
  const large = (index: number): Sample => ({
    ...someSample({ index, height: 1, width: 1 }),
    height: side,
    width: side,
    pixels: new Float32Array(side * side).map((_, i) => i + index),
    mask: new Uint8Array(side * side)
  })
  const spy = spyOn()
  const stream = Stream.range(0, 4, 1).pipe(Stream.mapEffect((index) => Effect.sync(() => large(index))))
  const dataset = await run(spy, stream.pipe(cache({ directory: "cache", key: "large", memory: 0 })))
  const [folder] = await Effect.runPromise(spy.files.list("cache"))
  const names = await Effect.runPromise(spy.files.list(`cache/${folder}`))
  expect([...names].sort()).toEqual(["00000.samples", "00001.samples", "index.json"])
  for (const index of [4, 0, 3]) {
    const { pixels, origin } = await Effect.runPromise(dataset.get(index))
    expect(origin.index).toBe(index)
    expect(Buffer.from(pixels.buffer).equals(Buffer.from(large(index).pixels.buffer))).toBe(true)
  }
})
