/** How fast a cached epoch is: shuffled batches of 256x256 from disk and from memory, beside a plain read of the same files. */
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { run } from "../src/node.ts"
import { batches, cache, type Dataset, labelSplit, load, slice, window } from "../src/stages/index.ts"
import { litsFolder } from "./support/ct.ts"

const folder = litsFolder(5)
const directory = join(folder, "cache")
const samples = load(folder).pipe(window(), slice({ size: [256, 256] }), labelSplit("tumor"))
const open = (memory: number) => run(samples.pipe(cache({ directory, memory })))

const seconds = async (work: () => unknown) => {
  const began = performance.now()
  await work()
  return (performance.now() - began) / 1000
}
const epoch = (dataset: Dataset, number: number) =>
  run(batches(dataset, { size: 8, seed: 1, epoch: number }).pipe(Stream.runForEach(() => Effect.void)))

const made = await seconds(() => open(0))
const onDisk = await open(0)
const inMemory = await open(2 ** 30)
await epoch(inMemory, 0)

const [shards] = readdirSync(directory).map((name) => join(directory, name))
const files = readdirSync(shards).map((name) => join(shards, name))
const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0)

const best = { read: Infinity, disk: Infinity, memory: Infinity }
for (let round = 1; round <= 5; round++) {
  best.read = Math.min(best.read, await seconds(() => files.forEach((file) => void readFileSync(file))))
  best.disk = Math.min(best.disk, await seconds(() => epoch(onDisk, round)))
  best.memory = Math.min(best.memory, await seconds(() => epoch(inMemory, round)))
}

const count = onDisk.length
const rate = (time: number) => `${(count / time).toFixed(0).padStart(6)} samples/s`
console.log(`${count} samples of 256x256 in ${(bytes / count / 1000).toFixed(0)} kB each, made in ${made.toFixed(1)} s`)
console.log(`plain readFileSync   ${rate(best.read)}`)
console.log(
  `epoch from disk      ${rate(best.disk)} (at least 2000), ${(best.disk / best.read).toFixed(1)} times the read`
)
console.log(
  `epoch from memory    ${rate(best.memory)} (at least 2000), ${(best.memory / best.read).toFixed(1)} times the read`
)
