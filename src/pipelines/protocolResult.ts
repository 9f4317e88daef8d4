import * as Effect from "effect/Effect"
import { type FileError, Files, joinPath } from "../stages/files.ts"
import { MODEL_FILE, WEIGHTS_FILE } from "../stages/model/modelFolder.ts"
import { Notices, notify } from "../stages/notices.ts"
import { readCase } from "../stages/readCase.ts"
import type { Split } from "../stages/split.ts"
import { type EpochRow, untimed } from "../stages/train/history.ts"
import type { CaseResult } from "./evaluate.ts"
import type { MetricRow } from "./metricsOf.ts"
import type { Protocol } from "./protocol.ts"
import { readStored, writeStored } from "./stored.ts"
import type { LeftOut } from "./surveyCohort.ts"

/** A network trained and tested by a protocol, with all that determined it: plain data. */
export interface ProtocolResult {
  /** Hash of all that determined it: cohort, protocol, network and version. */
  readonly address: string
  readonly version: string
  /** `CohortFacts.hash`. */
  readonly cohort: string
  readonly protocol: Protocol
  readonly network: { readonly name: string; readonly config: object; readonly parameters: number }
  /** What computed it, for people; another engine may differ in last digits. */
  readonly engine: string
  readonly split: Split
  /** Cases of the cohort that could not be used. */
  readonly leftOut: ReadonlyArray<LeftOut>
  readonly history: ReadonlyArray<EpochRow>
  readonly cases: ReadonlyArray<CaseResult>
  readonly metrics: ReadonlyArray<MetricRow>
  /** What was written, as paths within the directory of the run. */
  readonly files: ResultFiles
}

export interface ResultFiles {
  /** Events of training, a line of JSON each, and epochs as CSV. */
  readonly log: string
  readonly history: string
  /** The folder of `loadModel`, where it was kept. */
  readonly model?: string
  /** A folder of NIfTI masks, where they were kept. */
  readonly masks?: string
}

/** What to keep of a run besides its result. */
export interface Keep {
  readonly model?: boolean
  readonly masks?: boolean
  readonly checkpoints?: boolean
}

/** The folders of what is kept besides a result, within the directory of its run. */
export const KEPT = { model: "model", masks: "masks" } as const

const RESULT = "result.json"

/** Raised when the same settings begin to give other numbers, or a result has other fields. */
const FORMAT = "hepaflow result 2"

/** Writes a result into the directory of its run. */
export const writeResult = (
  directory: string,
  identity: string,
  result: ProtocolResult
): Effect.Effect<void, FileError, Files> => writeStored(joinPath(directory, RESULT), FORMAT, identity, result)

/** Whether there is a result in a directory, of whatever. */
export const hasResult = (directory: string): Effect.Effect<boolean, FileError, Files> =>
  Files.use((files) => Effect.map(files.stat(joinPath(directory, RESULT)), (found) => found !== undefined))

/**
 * The finished result in a directory, if it is of this identity and everything asked for is there. What was kept once and has
 * gone since is not in it; where it is asked for, that is told. Masks that are asked for must be readable, too.
 */
export const readResult = Effect.fnUntraced(function* (
  directory: string,
  identity: string,
  keep: Keep = {}
): Effect.fn.Return<ProtocolResult | undefined, FileError, Files> {
  const found = yield* readStored<ProtocolResult>(joinPath(directory, RESULT), FORMAT, identity)
  if (found === undefined) return undefined
  const gone = yield* goneFrom(directory, found, keep)
  // Results of earlier days have times in them.
  const result = without({ ...found, history: untimed(found.history) }, gone)
  const missing = KINDS.filter((kind) => keep[kind] === true && result.files[kind] === undefined)
  if (missing.length === 0) return result
  for (const kind of missing) {
    if (!gone.has(kind)) continue
    const path = joinPath(directory, KEPT[kind])
    const message = `${path} was kept and is not there as it was, or cannot be read; the result is made anew`
    yield* notify({ kind: "warning", stage: "pipelines", caseId: path, message })
  }
  return undefined
})

type Kept = keyof typeof KEPT
const KINDS = ["model", "masks"] as const satisfies ReadonlyArray<Kept>

/** What of the files that a result names is not whole any more. */
const goneFrom = Effect.fnUntraced(function* (
  directory: string,
  { cases, files: { model, masks } }: ProtocolResult,
  keep: Keep
): Effect.fn.Return<ReadonlySet<Kept>, FileError, Files> {
  const files = yield* Files
  const gone = new Set<Kept>()
  const named: ReadonlyArray<readonly [Kept, string]> = [
    ...(model === undefined ? [] : [MODEL_FILE, WEIGHTS_FILE].map((name) => ["model", joinPath(model, name)] as const)),
    ...(masks === undefined ? [] : cases.flatMap(({ mask }) => (mask === undefined ? [] : [["masks", mask] as const])))
  ]
  for (const [kind, path] of named) {
    if (gone.has(kind)) continue
    const full = joinPath(directory, path)
    const there = (yield* files.stat(full))?.kind === "file"
    if (!there || (kind === "masks" && keep.masks === true && !(yield* isReadable(full)))) gone.add(kind)
  }
  return gone
})

/** Whether a NIfTI file can be decoded. Of its geometry the CT has told already. */
const isReadable = (image: string): Effect.Effect<boolean, never, Files> =>
  Effect.provideService(readCase({ id: image, image }), Notices, () => Effect.void).pipe(
    Effect.as(true),
    Effect.catchTag("LoadError", () => Effect.succeed(false))
  )

const without = (result: ProtocolResult, gone: ReadonlySet<Kept>): ProtocolResult => {
  if (gone.size === 0) return result
  const { model, masks, ...files } = result.files
  return {
    ...result,
    cases: gone.has("masks") ? result.cases.map(({ mask, ...rest }) => rest) : result.cases,
    files: {
      ...files,
      ...(model !== undefined && !gone.has("model") && { model }),
      ...(masks !== undefined && !gone.has("masks") && { masks })
    }
  }
}
