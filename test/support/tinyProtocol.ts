import * as Effect from "effect/Effect"
import type { Backend } from "../../src/backend/backend.ts"
import { cpu } from "../../src/backend/engines/cpu.ts"
import { agcafProtocol, type Protocol } from "../../src/pipelines/protocol.ts"
import { Files } from "../../src/stages/files.ts"
import { type Notice, Notices } from "../../src/stages/notices.ts"
import { tinyCohort } from "./tinyCohort.ts"

/** A protocol that a second is enough for, on `tinyCohort` in `lits`. */
export const tinyProtocol: Protocol = {
  ...agcafProtocol,
  size: [16, 16],
  keep: "all",
  split: { ratios: [2, 1, 1], seed: 1 },
  epochs: 2,
  batchSize: 4
}

/** A file system in memory that outlives a run, with a tiny cohort in `lits`. */
export const tinyFiles = (cases = 6): Files["Service"] =>
  Effect.runSync(Effect.scoped(Effect.provide(Files, Files.layerMemory(tinyCohort(cases)), { local: true })))

/** Runs on the cpu engine; gives the notices beside the value. */
export const runTiny = async <A, E>(
  effect: Effect.Effect<A, E, Backend | Files>,
  files: Files["Service"]
): Promise<{ readonly value: A; readonly notices: ReadonlyArray<Notice> }> => {
  const notices: Array<Notice> = []
  const value = await Effect.runPromise(
    effect.pipe(
      Effect.provide(cpu),
      Effect.provideService(Files, files),
      Effect.provideService(Notices, (notice) => Effect.sync(() => notices.push(notice)))
    )
  )
  return { value, notices }
}

export const tinyValue = async <A, E>(effect: Effect.Effect<A, E, Backend | Files>, files: Files["Service"]) =>
  (await runTiny(effect, files)).value
