import { randomUUID } from "node:crypto"
import { appendFile, type FileHandle, link, mkdir, open, readdir, rename, rm, stat, unlink } from "node:fs/promises"
import { hostname } from "node:os"
import { basename, dirname, join, resolve } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { crc32 } from "../formats/crc32.ts"
import { FileError, type FileProblem, Files } from "../stages/files.ts"

/** Big enough that the cost of a read vanishes beside that of inflating it. */
const CHUNK_BYTES = 256 * 1024

/**
 * The file system of this machine. Before it first writes into a directory it removes what processes that were killed in the
 * middle of a write have left there.
 */
export const layerFiles: Layer.Layer<Files> = Layer.sync(Files, () => filesOf(sweeper()))

const filesOf = (sweep: (directory: string) => Promise<void>): Files["Service"] => ({
  stream: (path) =>
    Stream.unwrap(
      Effect.map(openHandle(path), (handle) =>
        Stream.unfold(undefined, () =>
          attempt("read", path, async () => {
            const { bytesRead, buffer } = await handle.read(new Uint8Array(CHUNK_BYTES), 0, CHUNK_BYTES)
            return bytesRead === 0 ? undefined : ([buffer.subarray(0, bytesRead), undefined] as const)
          })
        )
      )
    ),
  read: (path, range) =>
    attempt("read", path, () =>
      withHandle(path, "r", async (handle) => {
        if (range === undefined) return new Uint8Array(await handle.readFile())
        return readAt(handle, range.offset, range.length)
      })
    ),
  open: (path) =>
    Effect.map(openHandle(path), (handle) => ({
      read: (offset, length) => attempt("read", path, () => readAt(handle, offset, length))
    })),
  list: (path) => attempt("list", path, () => readdir(path)),
  stat: (path) =>
    Effect.catchIf(
      attempt("look at", path, async () => {
        const found = await stat(path)
        const kind = found.isDirectory() ? ("directory" as const) : ("file" as const)
        return { kind, bytes: found.size, modified: found.mtimeMs }
      }),
      (error) => error.problem === "missing" || error.problem === "notADirectory",
      () => Effect.succeed(undefined)
    ),
  makeDirectory: (path) => attempt("make the directory", path, () => makeWhole(path)),
  write: (path, bytes, options) =>
    attempt("write", path, async () => {
      await sweep(dirname(path))
      await writeWhole(path, bytes, options?.overwrite === true)
    }),
  append: (path, bytes) => attempt("write", path, () => appendFile(path, bytes)),
  remove: (path) => attempt("remove", path, () => rm(path, { recursive: true, force: true }))
})

// Uninterruptible, because a promise cannot be stopped: an interrupted run waits for the operation under way, so that no
// handle outlives it and no write is abandoned half way.
const attempt = <A>(operation: string, path: string, run: () => Promise<A>): Effect.Effect<A, FileError> =>
  Effect.uninterruptible(
    Effect.tryPromise({
      try: run,
      catch: (cause) => new FileError({ operation, path, problem: problemOf(cause), cause })
    })
  )

/**
 * Makes a directory, and before it those above that are missing, so that whichever is refused says why. Node's own way to make
 * them all never ends where a directory is refused as if the one above were missing, as in /proc.
 */
const makeWhole = async (path: string): Promise<void> => {
  if (await isDirectory(path)) return
  const parent = dirname(path)
  if (parent !== path) await makeWhole(parent)
  try {
    await mkdir(path)
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (await isDirectory(path)) return
    // What is in the way is a file: a directory would do.
    if (codeOf(error) === "EEXIST") throw Object.assign(new Error("a file is there"), { code: "ENOTDIR" })
    if (codeOf(error) === "ENOENT" && path !== "") throw new Error(`${parent} takes no directory`)
    throw error
  }
}

const isDirectory = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false
  )

const openHandle = (path: string): Effect.Effect<FileHandle, FileError, Scope.Scope> =>
  Effect.acquireRelease(
    attempt("read", path, () => open(path)),
    (handle) => Effect.ignore(attempt("close", path, () => handle.close()))
  )

const readAt = async (handle: FileHandle, offset: number, length: number): Promise<Uint8Array> => {
  const { bytesRead, buffer } = await handle.read(new Uint8Array(length), 0, length, offset)
  return buffer.subarray(0, bytesRead)
}

/**
 * Writes beside the target, makes it durable, and only then gives it its name. A link fails where the name is taken, which
 * a rename would not, so two writers cannot both believe that they made the file.
 */
const writeWhole = async (
  path: string,
  bytes: Uint8Array | ReadonlyArray<Uint8Array>,
  overwrite: boolean
): Promise<void> => {
  const directory = dirname(path)
  const temporary = join(directory, temporaryName(basename(path)))
  try {
    await withHandle(temporary, "wx", async (handle) => {
      for (const part of bytes instanceof Uint8Array ? [bytes] : bytes) await writeAll(handle, part)
      await handle.sync()
    })
    if (overwrite) await rename(temporary, path)
    else await linkExclusively(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncDirectory(directory)
}

/** Says which process of which machine writes it, and so whether it is still written. */
const temporaryName = (name: string): string => `.${name}.${HOST}-${process.pid}-${randomUUID().slice(0, 8)}.tmp`

const TEMPORARY = /^\..+\.([0-9a-f]{8})-(\d+)-[0-9a-f]{8}\.tmp$/

const HOST = crc32(new TextEncoder().encode(hostname())).toString(16).padStart(8, "0")

/** Removes from each directory, once, the temporary files of processes of this machine that are no more. */
const sweeper = () => {
  const swept = new Set<string>()
  return async (directory: string): Promise<void> => {
    const place = resolve(directory)
    if (swept.has(place)) return
    swept.add(place)
    // Tidying up is no reason to fail: the write that follows says what is wrong with the directory.
    for (const name of await readdir(place).catch(() => [])) {
      const [, host, pid] = TEMPORARY.exec(name) ?? []
      if (host === HOST && !isRunning(Number(pid))) await rm(join(place, name), { force: true }).catch(() => {})
    }
  }
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Of another user.
    return codeOf(error) === "EPERM"
  }
}

const writeAll = async (handle: FileHandle, bytes: Uint8Array): Promise<void> => {
  for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at, bytes.length - at)).bytesWritten
}

const linkExclusively = async (temporary: string, path: string): Promise<void> => {
  try {
    await link(temporary, path)
  } catch (error) {
    if (!NO_LINKS.has(codeOf(error))) throw error
    // FAT and some network file systems have no links: an empty file of that name is the claim instead.
    await (await open(path, "wx")).close()
    return rename(temporary, path)
  }
  await unlink(temporary)
}

/** A directory cannot be opened on Windows, and need not be: its journal keeps names. */
const syncDirectory = (directory: string): Promise<void> =>
  withHandle(directory, "r", (handle) => handle.sync()).catch((error) => {
    if (!["EISDIR", "EPERM", "EINVAL", "EACCES"].includes(codeOf(error))) throw error
  })

const withHandle = async <A>(path: string, flags: string, use: (handle: FileHandle) => Promise<A>): Promise<A> => {
  const handle = await open(path, flags)
  try {
    return await use(handle)
  } finally {
    await handle.close()
  }
}

const codeOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error ? String(error.code) : ""

const problemOf = (error: unknown): FileProblem => PROBLEMS[codeOf(error)] ?? "other"

const NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"])

const PROBLEMS: Record<string, FileProblem> = {
  ENOENT: "missing",
  EEXIST: "exists",
  EACCES: "permission",
  EPERM: "permission",
  EROFS: "readOnly",
  ENOSPC: "full",
  EDQUOT: "full",
  ENOTDIR: "notADirectory",
  EISDIR: "isADirectory",
  EMFILE: "tooManyOpen",
  ENFILE: "tooManyOpen"
}
