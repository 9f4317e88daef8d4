import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { TaggedError } from "../errors.ts"

export type FileProblem =
  | "missing"
  | "exists"
  | "permission"
  | "readOnly"
  | "full"
  | "notADirectory"
  | "isADirectory"
  | "tooManyOpen"
  | "other"

/** A file operation failed: what was tried, on which path, why, and what would help. */
export class FileError extends TaggedError("FileError")<{
  readonly operation: string
  readonly path: string
  readonly problem: FileProblem
}> {
  override get message() {
    const detail = this.cause instanceof Error && this.problem === "other" ? ` (${this.cause.message})` : ""
    return `cannot ${this.operation} ${this.path === "" ? '""' : this.path}: ${REMEDY[this.problem]}${detail}`
  }
}

const REMEDY: Record<FileProblem, string> = {
  missing: "there is no such file or directory; check the path",
  exists: "it already exists; choose another name, remove it, or pass { overwrite: true }",
  permission: "permission denied; change its permissions or use a directory that you own",
  readOnly: "the file system is mounted read-only; use a directory on another, or mount it for writing",
  full: "the disk or quota is full; free some space and run again, what was written before is whole",
  notADirectory: "a part of the path is a file, not a directory; check the path",
  isADirectory: "it is a directory, not a file; check the path",
  tooManyOpen: "too many files are open; raise the limit (ulimit -n) or lower the concurrency",
  other: "the system refused"
}

export interface FileInfo {
  readonly kind: "file" | "directory"
  readonly bytes: number
  /** Milliseconds since 1970. */
  readonly modified: number
}

/** A file that stays open for many reads at any offset. */
export interface OpenFile {
  /** `length` bytes from `offset`, fewer at the end of the file, in a buffer of their own. */
  readonly read: (offset: number, length: number) => Effect.Effect<Uint8Array, FileError>
}

/** The few things that stages ask of a file system. Paths use "/"; every failure is a `FileError`. */
export class Files extends Context.Service<
  Files,
  {
    /** The bytes from first to last; the file is open only while the stream runs. */
    readonly stream: (path: string) => Stream.Stream<Uint8Array, FileError>
    /** The whole file, or `length` bytes from `offset` (fewer at the end of the file). */
    readonly read: (
      path: string,
      range?: { readonly offset: number; readonly length: number }
    ) => Effect.Effect<Uint8Array, FileError>
    /** Opens a file for reading; it is closed when the scope ends. */
    readonly open: (path: string) => Effect.Effect<OpenFile, FileError, Scope.Scope>
    /** The names in a directory, without the directory's own path. */
    readonly list: (path: string) => Effect.Effect<ReadonlyArray<string>, FileError>
    /** `undefined` where there is nothing. */
    readonly stat: (path: string) => Effect.Effect<FileInfo | undefined, FileError>
    /** Makes a directory and those above it; one that exists is fine. */
    readonly makeDirectory: (path: string) => Effect.Effect<void, FileError>
    /**
     * Writes a whole file or none: after success it survives a power cut, after failure or interruption the path is as it
     * was. Fails if the path exists, unless `overwrite` is true.
     */
    readonly write: (
      path: string,
      bytes: Uint8Array | ReadonlyArray<Uint8Array>,
      options?: { readonly overwrite?: boolean }
    ) => Effect.Effect<void, FileError>
    /**
     * Adds bytes to the end of a file, which is made where it is missing. Unlike `write` it may leave a part of them when it
     * fails, and does not wait for the disk: for logs.
     */
    readonly append: (path: string, bytes: Uint8Array) => Effect.Effect<void, FileError>
    /** Removes a file, or a directory and all that is in it; a missing one is fine. */
    readonly remove: (path: string) => Effect.Effect<void, FileError>
  }
>()("hepaflow/stages/Files") {
  /**
   * A file system in memory, for browsers and tests, that starts with the given files.
   *
   * @example
   * ```ts
   * load("ct", { labels: "optional" }).pipe(Stream.runCount, Effect.provide(Files.layerMemory({ "ct/volume-0.nii": bytes })))
   * ```
   */
  static readonly layerMemory = (files: Readonly<Record<string, Uint8Array>> = {}): Layer.Layer<Files> =>
    Layer.sync(Files, () => memory(files))
}

/** `name` inside `directory`. */
export const joinPath = (directory: string, name: string): string =>
  directory === "" || directory.endsWith("/") ? directory + name : `${directory}/${name}`

/**
 * Makes a directory where it is missing, and fails with a `FileError` where nothing can be written into it: called before long
 * work whose result goes there.
 *
 * @example
 * ```ts
 * await run(checkWritable("runs/first")) // run from "hepaflow/node"
 * ```
 */
export const checkWritable: (directory: string) => Effect.Effect<void, FileError, Files> = Effect.fn("checkWritable")(
  function* (directory) {
    const files = yield* Files
    const path = joinPath(directory, PROBE)
    yield* files.makeDirectory(directory)
    yield* Effect.mapError(
      Effect.uninterruptible(
        Effect.andThen(files.write(path, new Uint8Array(), { overwrite: true }), files.remove(path))
      ),
      // The directory is there: some, such as /proc, say of a file that they will not have that it is missing.
      ({ problem, cause }) =>
        new FileError({
          operation: "write into",
          path: directory,
          problem: problem === "missing" ? "other" : problem,
          cause
        })
    )
  }
)

/** Hidden, so that a process that is killed just then leaves nothing that looks like data. */
const PROBE = ".writable"

/**
 * Writes a file, text as UTF-8, in place of one that may be there; gives its path.
 *
 * @example
 * ```ts
 * await run(replaceFile("site/index.html", toHtml(table)))
 * ```
 */
export const replaceFile = (path: string, content: string | Uint8Array): Effect.Effect<string, FileError, Files> => {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content
  return Files.use((files) => Effect.as(files.write(path, bytes, { overwrite: true }), path))
}

const memory = (initial: Readonly<Record<string, Uint8Array>>): Files["Service"] => {
  const files = new Map<string, { readonly bytes: Uint8Array; readonly modified: number }>()
  const directories = new Set<string>([""])
  const put = (path: string, bytes: Uint8Array) => {
    files.set(path, { bytes, modified: Date.now() })
    for (const parent of parents(path)) directories.add(parent)
  }
  for (const [path, bytes] of Object.entries(initial)) put(normalize(path), bytes)

  const fail = (operation: string, path: string, problem: FileProblem) =>
    Effect.fail(new FileError({ operation, path, problem }))
  const read: Files["Service"]["read"] = (path, range) =>
    Effect.suspend(() => {
      const key = normalize(path)
      const file = files.get(key)
      if (file === undefined) return fail("read", path, directories.has(key) ? "isADirectory" : "missing")
      return Effect.succeed(
        range === undefined ? file.bytes : file.bytes.subarray(range.offset, range.offset + range.length)
      )
    })

  return {
    read,
    stream: (path) => Stream.fromEffect(read(path)),
    open: (path) =>
      Effect.map(read(path), () => ({
        read: (offset, length) => Effect.map(read(path, { offset, length }), (bytes) => bytes.slice())
      })),
    list: (path) =>
      Effect.suspend(() => {
        const key = normalize(path)
        if (!directories.has(key)) return fail("list", path, files.has(key) ? "notADirectory" : "missing")
        const prefix = key === "" ? "" : `${key}/`
        const names = new Set<string>()
        for (const entry of [...files.keys(), ...directories]) {
          if (entry !== key && entry.startsWith(prefix)) names.add(entry.slice(prefix.length).split("/")[0])
        }
        return Effect.succeed([...names])
      }),
    stat: (path) =>
      Effect.sync(() => {
        const key = normalize(path)
        const file = files.get(key)
        if (file !== undefined) return { kind: "file", bytes: file.bytes.length, modified: file.modified } as const
        return directories.has(key) ? ({ kind: "directory", bytes: 0, modified: 0 } as const) : undefined
      }),
    makeDirectory: (path) =>
      Effect.suspend(() => {
        const key = normalize(path)
        const wanted = [key, ...parents(key)]
        if (wanted.some((directory) => files.has(directory))) return fail("make the directory", path, "notADirectory")
        for (const directory of wanted) directories.add(directory)
        return Effect.void
      }),
    write: (path, bytes, options) =>
      Effect.suspend(() => {
        const key = normalize(path)
        if (directories.has(key)) return fail("write", path, "isADirectory")
        if (files.has(key) && options?.overwrite !== true) return fail("write", path, "exists")
        if (!directories.has(parents(key)[0])) return fail("write", path, "missing")
        put(key, concat(bytes))
        return Effect.void
      }),
    append: (path, bytes) =>
      Effect.suspend(() => {
        const key = normalize(path)
        if (directories.has(key)) return fail("write", path, "isADirectory")
        if (!directories.has(parents(key)[0])) return fail("write", path, "missing")
        put(key, concat([files.get(key)?.bytes ?? new Uint8Array(), bytes]))
        return Effect.void
      }),
    remove: (path) =>
      Effect.sync(() => {
        const key = normalize(path)
        for (const held of [files, directories]) {
          for (const entry of held.keys()) if (entry === key || entry.startsWith(`${key}/`)) held.delete(entry)
        }
      })
  }
}

const normalize = (path: string): string =>
  path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/")

/** The directories above a normalised path, nearest first. */
const parents = (path: string): ReadonlyArray<string> => {
  const parts = path.split("/")
  return parts.map((_, i) => parts.slice(0, parts.length - 1 - i).join("/"))
}

const concat = (bytes: Uint8Array | ReadonlyArray<Uint8Array>): Uint8Array => {
  const parts = bytes instanceof Uint8Array ? [bytes] : bytes
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
