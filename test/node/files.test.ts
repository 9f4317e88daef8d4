import { spawnSync } from "node:child_process"
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { layerFiles } from "hepaflow/node"
import { checkWritable, Files } from "hepaflow/stages"
import { afterAll, expect, it, vi } from "vitest"

/** A directory that cannot be written, as of a disk that is mounted so; nobody but root could mount one here. */
const READ_ONLY = mkdtempSync(join(tmpdir(), "hepaflow-read-only-"))
vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>()
  const refuse = (code: string) => Promise.reject(Object.assign(new Error(code), { code }))
  return {
    ...real,
    mkdir: (path: string, options: object) =>
      path.startsWith(READ_ONLY) ? refuse(dirname(path) === READ_ONLY ? "EROFS" : "ENOENT") : real.mkdir(path, options)
  }
})

const root = mkdtempSync(join(tmpdir(), "hepaflow-node-files-"))
afterAll(() => {
  for (const made of [root, READ_ONLY]) rmSync(made, { recursive: true, force: true })
})

const run = <A, E>(use: (files: Files["Service"]) => Effect.Effect<A, E>) =>
  Effect.runPromise(Effect.provide(Files.use(use), layerFiles))
const failure = <A, E>(use: (files: Files["Service"]) => Effect.Effect<A, E>) => run((files) => Effect.flip(use(files)))

const bytes = new Uint8Array(700_000).map((_, i) => i % 251)
const openFiles = () => readdirSync("/proc/self/fd").length

it("a directory that a read-only disk refuses is no missing one", async () => {
  const path = join(READ_ONLY, "runs/first")
  expect(await failure((files) => files.makeDirectory(path))).toMatchObject({
    _tag: "FileError",
    problem: "readOnly",
    path,
    message: expect.stringMatching(/read-only; use a directory on another/)
  })
})

it.skipIf(process.platform !== "linux")(
  "a directory in a place that takes none is refused, and so is a file",
  async () => {
    expect(await failure((files) => files.makeDirectory("/proc/runs/first"))).toMatchObject({
      problem: "other",
      path: "/proc/runs/first",
      message: "cannot make the directory /proc/runs/first: the system refused (/proc takes no directory)"
    })
    const refused = Effect.provide(Effect.flip(checkWritable("/proc")), layerFiles)
    expect(await Effect.runPromise(refused)).toMatchObject({
      _tag: "FileError",
      problem: "other",
      message: expect.stringMatching(/^cannot write into \/proc: the system refused /)
    })
  }
)

it.each([join(root, "file"), join(root, "file/x/y")])("%s is no directory where a file is", async (path) => {
  writeFileSync(join(root, "file"), "")
  const error = await failure((files) => files.makeDirectory(path))
  expect(error).toMatchObject({
    problem: "notADirectory",
    path,
    message: expect.stringContaining(`directory ${path}: `)
  })
})

it("an empty path is named as one", async () => {
  const { message } = await failure((files) => files.makeDirectory(""))
  expect(message).toBe('cannot make the directory "": there is no such file or directory; check the path')
})

it("two may make a directory at once", async () => {
  const path = join(root, "both/of/them")
  const make = Effect.provide(checkWritable(path), layerFiles)
  await Promise.all([Effect.runPromise(make), Effect.runPromise(make)])
  expect(existsSync(path)).toBe(true)
})

it("a large file streams in pieces that make it up", async () => {
  writeFileSync(join(root, "large"), bytes)
  const pieces = await run((files) => Stream.runCollect(files.stream(join(root, "large"))))
  expect(pieces.length).toBeGreaterThan(1)
  expect(Buffer.concat(pieces).equals(bytes)).toBe(true)
})

it.skipIf(!existsSync("/proc/self/fd"))(
  "a stream that is left early, or fails downstream, closes its file",
  async () => {
    const before = openFiles()
    await run((files) => files.stream(join(root, "large")).pipe(Stream.take(1), Stream.runDrain))
    await failure((files) => files.stream(join(root, "large")).pipe(Stream.runForEach(() => Effect.fail("enough"))))
    expect(openFiles()).toBe(before)
  }
)

it("a write that cannot be finished leaves nothing behind, and what was there before untouched", async () => {
  const path = join(root, "out")
  writeFileSync(path, "before")
  const bad = { length: 3 } as unknown as Uint8Array
  await failure((files) => files.write(path, [bytes, bad], { overwrite: true }))
  expect(readFileSync(path, "utf8")).toBe("before")
  expect(readdirSync(root).filter((name) => name.endsWith(".tmp"))).toEqual([])
})

it("what is added to a file comes after what is there", async () => {
  const path = join(root, "log")
  for (const part of ["one\n", "two\n"]) await run((files) => files.append(path, new TextEncoder().encode(part)))
  expect(readFileSync(path, "utf8")).toBe("one\ntwo\n")
  expect(await failure((files) => files.append(join(root, "nowhere", "log"), bytes))).toMatchObject({
    problem: "missing",
    operation: "write"
  })
})

it("what a process left that was killed while writing is removed at the next start, and nothing else", async () => {
  const directory = join(root, "swept")
  mkdirSync(directory)
  const program = fileURLToPath(new URL("../support/killedWrite.ts", import.meta.url))
  const killed = spawnSync(process.execPath, [program, join(directory, "a")])
  expect(killed.signal, String(killed.stderr)).toBe("SIGKILL")
  const [left, ...others] = readdirSync(directory)
  expect(left).toMatch(/^\.a\..*\.tmp$/)
  expect(others).toEqual([])
  const pid = left.split("-").at(-2)
  const kept = [
    left.replace(`-${pid}-`, `-${process.pid}-`),
    left.replace(/[0-9a-f]{8}-/, "00000000-"),
    ".hidden.tmp",
    "a.tmp"
  ]
  for (const name of kept) writeFileSync(join(directory, name), "")
  await run((files) => files.write(join(directory, "b"), bytes))
  expect(readdirSync(directory).sort()).toEqual(["b", ...kept].sort())
})

it.skipIf(process.getuid?.() === 0)("a directory that may not be written to is told as one", async () => {
  const path = join(root, "closed")
  await run((files) => files.makeDirectory(path))
  chmodSync(path, 0o500)
  const error = await failure((files) => files.write(join(path, "f"), bytes))
  expect(error).toMatchObject({ problem: "permission" })
  expect(error.message).toContain("permission denied")
  const inner = join(path, "runs/first")
  expect(await failure((files) => files.makeDirectory(inner))).toMatchObject({ problem: "permission", path: inner })
})
