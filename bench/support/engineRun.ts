// A program: what one network takes on one engine, as JSON. See `onEngine`.
import * as Effect from "effect/Effect"
import { Backend, type EngineError } from "hepaflow/backend"
import { wasm } from "hepaflow/backend/wasm"
import { compiled } from "hepaflow/node"
import { BENCHMARKS, type BenchmarkName } from "./benchmarks.ts"
import { alone, median, peakBytes, type Rounds, timesOf } from "./harness.ts"
import { predictionOf, trainingOf } from "./session.ts"

export const ENGINES = { wasm, compiled }
export type EngineName = keyof typeof ENGINES

export interface Figures {
  /** Milliseconds, the median. */
  readonly time: number
  /** Of the first run, from nothing. */
  readonly first: number
}

export interface EngineFigures {
  readonly train: Figures
  readonly inference: Figures
  /** Bytes that training took at the most. */
  readonly peak: number
}

/** Train step and inference of a benchmark on an engine, each in a process of its own. */
export const onEngine = (benchmark: BenchmarkName, engine: EngineName, rounds: Rounds): EngineFigures => {
  const [train, inference] = WORKS.map((work) => {
    const asked: Asked = { benchmark, engine, work, rounds }
    const found = alone<Found>(import.meta.filename, JSON.stringify(asked))
    if (!found.name.startsWith(engine)) throw new Error(`${found.name} ran in place of ${engine}`)
    return found
  })
  return { train, inference, peak: train.peak }
}

const WORKS = ["train", "inference"] as const

interface Asked {
  readonly benchmark: BenchmarkName
  readonly engine: EngineName
  readonly work: (typeof WORKS)[number]
  readonly rounds: Rounds
}

interface Found extends Figures {
  /** What ran, which may be another engine that took over. */
  readonly name: string
  readonly peak: number
}

if (process.argv[1] === import.meta.filename) {
  const { benchmark, engine, work, rounds }: Asked = JSON.parse(process.argv[2])
  const session = work === "train" ? trainingOf : predictionOf
  const measured = Effect.gen(function* () {
    const { name } = yield* Backend
    const once: Effect.Effect<number, EngineError> = yield* session(BENCHMARKS[benchmark])
    const times = yield* Effect.promise(() => timesOf(() => Effect.runPromise(once), rounds))
    return { name, time: median(times.slice(rounds.warm)), first: times[0], peak: peakBytes() } satisfies Found
  })
  console.log(JSON.stringify(await Effect.runPromise(Effect.provide(Effect.scoped(measured), ENGINES[engine]))))
}
