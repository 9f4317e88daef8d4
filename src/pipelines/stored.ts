import * as Effect from "effect/Effect"
import { checksum } from "../stages/cache/checksum.ts"
import { type FileError, Files } from "../stages/files.ts"
import { notify } from "../stages/notices.ts"

/** A value in a file: what it is of, so that it is never taken for another's, and a checksum of all. */
interface Stored<A> {
  readonly format: string
  readonly of: string
  readonly checksum: number
  readonly value: A
}

/** Writes a value and the text of what determined it as JSON. The file is whole or not there; its folder is made. */
export const writeStored = Effect.fnUntraced(function* <A>(
  path: string,
  format: string,
  of: string,
  value: A
): Effect.fn.Return<void, FileError, Files> {
  const files = yield* Files
  const stored: Stored<A> = { format, of, checksum: checksumOf(of, value), value }
  const end = path.lastIndexOf("/")
  if (end > 0) yield* files.makeDirectory(path.slice(0, end))
  yield* files.write(path, encoder.encode(`${JSON.stringify(stored)}\n`), { overwrite: true })
})

/**
 * The value in a file, if it is of this text. One that is damaged, or of something else, is as good as none, and told to
 * `Notices`. JSON has no NaN: what is null becomes NaN again.
 */
export const readStored = Effect.fnUntraced(function* <A>(
  path: string,
  format: string,
  of: string
): Effect.fn.Return<A | undefined, FileError, Files> {
  const files = yield* Files
  if ((yield* files.stat(path)) === undefined) return undefined
  const found = parse<A>(yield* files.read(path))
  if (found?.format === format && found.checksum === checksumOf(found.of, found.value)) {
    if (found.of === of) return found.value
    return yield* refuse(path, "is of other inputs or options")
  }
  return yield* refuse(path, "is damaged or of another version")
})

const refuse = (path: string, reason: string): Effect.Effect<undefined> =>
  Effect.as(
    notify({ kind: "warning", stage: "pipelines", caseId: path, message: `${path} ${reason}; it is made anew` }),
    undefined
  )

const parse = <A>(bytes: Uint8Array): Stored<A> | undefined => {
  try {
    const found: Stored<A> | null = JSON.parse(decoder.decode(bytes), (_, value) =>
      value === null ? Number.NaN : value
    )
    return typeof found === "object" && found !== null ? found : undefined
  } catch {
    return undefined
  }
}

const checksumOf = (of: string, value: unknown): number =>
  checksum(encoder.encode(`${of}\n${JSON.stringify(value ?? "")}`))

const encoder = new TextEncoder()
const decoder = new TextDecoder()
