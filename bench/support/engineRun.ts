// A program: what one network takes on one engine, as JSON. See `onEngine`.
import * as Effect from "effect/Effect"
import { Backend } from "hepaflow/backend"
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
  /** What ran, which may be another engine that took over. */
  readonly name: string
  readonly train: Figures
  readonly inference: Figures
  /** Bytes that training took at the most. */
  readonly peak: number
}

/** Train step and inference of a benchmark on an engine, in a process of its own. */
export const onEngine = (benchmark: BenchmarkName, engine: EngineName, rounds: Rounds): EngineFigures => {
  const figures = alone<EngineFigures>(import.meta.filename, JSON.stringify({ benchmark, engine, rounds }))
  if (!figures.name.startsWith(engine)) throw new Error(`${figures.name} ran in place of ${engine}`)
  return figures
}

const figuresOf = (work: Effect.Effect<unknown, unknown>, rounds: Rounds) =>
  Effect.map(
    Effect.promise(() => timesOf(() => Effect.runPromise(work), rounds)),
    (times): Figures => ({ time: median(times.slice(rounds.warm)), first: times[0] })
  )

if (process.argv[1] === import.meta.filename) {
  const asked: { readonly benchmark: BenchmarkName; readonly engine: EngineName; readonly rounds: Rounds } = JSON.parse(
    process.argv[2]
  )
  const { benchmark, engine, rounds } = asked
  const measured = Effect.gen(function* () {
    const { name } = yield* Backend
    const train = yield* figuresOf(yield* trainingOf(BENCHMARKS[benchmark]), rounds)
    const peak = peakBytes()
    const inference = yield* figuresOf(yield* predictionOf(BENCHMARKS[benchmark]), rounds)
    return { name, train, inference, peak } satisfies EngineFigures
  })
  const figures = await Effect.runPromise(Effect.provide(Effect.scoped(measured), ENGINES[engine]))
  console.log(JSON.stringify(figures))
}
