import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { layerFiles } from "hepaflow/node"
import { checkWritable, Files, replaceFile } from "hepaflow/stages"
import { afterAll, describe, expect, it } from "vitest"

const root = mkdtempSync(join(tmpdir(), "hepaflow-files-"))
afterAll(() => rmSync(root, { recursive: true }))

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (found: Uint8Array) => new TextDecoder().decode(found)

describe.each([
  ["on disk", layerFiles, root],
  ["in memory", Files.layerMemory(), "work"]
] as const)("Files %s", (kind, layer, base) => {
  const built = Layer.build(layer).pipe(Effect.scoped, Effect.runSync)
  const run = <A, E>(use: (files: Files["Service"]) => Effect.Effect<A, E>) =>
    Effect.runPromise(Effect.provideContext(Files.use(use), built))
  const failure = <A, E>(use: (files: Files["Service"]) => Effect.Effect<A, E>) =>
    run((files) => Effect.flip(use(files)))

  it("what was written is read back, whole, in part and as a stream", async () => {
    await run((files) => files.makeDirectory(`${base}/a/b`))
    await run((files) => files.write(`${base}/a/b/c.txt`, [bytes("hello "), bytes("world")]))
    expect(text(await run((files) => files.read(`${base}/a/b/c.txt`)))).toBe("hello world")
    expect(text(await run((files) => files.read(`${base}/a/b/c.txt`, { offset: 6, length: 100 })))).toBe("world")
    const parts = await run((files) => Stream.runCollect(files.stream(`${base}/a/b/c.txt`)))
    expect(parts.map(text).join("")).toBe("hello world")
  })

  it("an open file gives bytes at any offset until its scope ends", async () => {
    await run((files) => files.makeDirectory(`${base}/open`))
    await run((files) => files.write(`${base}/open/f`, bytes("hello world")))
    const parts = await run((files) =>
      Effect.scoped(
        Effect.flatMap(files.open(`${base}/open/f`), (file) =>
          Effect.all([file.read(6, 3), file.read(0, 5), file.read(9, 9)])
        )
      )
    )
    expect(parts.map(text)).toEqual(["wor", "hello", "ld"])
    expect(await failure((files) => Effect.scoped(files.open(`${base}/open/none`)))).toMatchObject({
      problem: "missing"
    })
  })

  it("a directory lists the names in it, and only those", async () => {
    await run((files) => files.makeDirectory(`${base}/list/inner`))
    await run((files) => files.write(`${base}/list/one`, bytes("1")))
    await run((files) => files.write(`${base}/list/inner/two`, bytes("2")))
    expect([...(await run((files) => files.list(`${base}/list`)))].sort()).toEqual(["inner", "one"])
  })

  it("stat tells files, directories and nothing apart", async () => {
    await run((files) => files.makeDirectory(`${base}/stat`))
    await run((files) => files.write(`${base}/stat/file`, bytes("123")))
    expect(await run((files) => files.stat(`${base}/stat/file`))).toMatchObject({ kind: "file", bytes: 3 })
    expect(await run((files) => files.stat(`${base}/stat`))).toMatchObject({ kind: "directory" })
    expect(await run((files) => files.stat(`${base}/stat/none`))).toBeUndefined()
    expect(await run((files) => files.stat(`${base}/stat/file/below`))).toBeUndefined()
  })

  it("a file is never replaced unless the caller says so", async () => {
    await run((files) => files.makeDirectory(`${base}/over`))
    await run((files) => files.write(`${base}/over/f`, bytes("first")))
    const error = await failure((files) => files.write(`${base}/over/f`, bytes("second")))
    expect(error).toMatchObject({ _tag: "FileError", problem: "exists", path: `${base}/over/f` })
    expect(error.message).toContain("overwrite: true")
    expect(text(await run((files) => files.read(`${base}/over/f`)))).toBe("first")
    await run((files) => files.write(`${base}/over/f`, bytes("second"), { overwrite: true }))
    expect(text(await run((files) => files.read(`${base}/over/f`)))).toBe("second")
    expect(await run((files) => files.list(`${base}/over`))).toEqual(["f"])
  })

  it("a failure says what was tried, on which path, and what would help", async () => {
    await run((files) => files.makeDirectory(`${base}/fail`))
    await run((files) => files.write(`${base}/fail/f`, bytes("x")))
    const missing = await failure((files) => files.read(`${base}/fail/none`))
    expect(missing.message).toBe(`cannot read ${base}/fail/none: there is no such file or directory; check the path`)
    expect(await failure((files) => Stream.runDrain(files.stream(`${base}/fail/none`)))).toMatchObject({
      problem: "missing"
    })
    expect(await failure((files) => files.list(`${base}/fail/f`))).toMatchObject({ problem: "notADirectory" })
    expect(await failure((files) => files.read(`${base}/fail`))).toMatchObject({ problem: "isADirectory" })
    expect(await failure((files) => files.write(`${base}/fail/no/f`, bytes("x")))).toMatchObject({ problem: "missing" })
  })

  it("removing takes a directory with all in it, and does not mind a missing one", async () => {
    await run((files) => files.makeDirectory(`${base}/gone/deep`))
    await run((files) => files.write(`${base}/gone/deep/f`, bytes("x")))
    await run((files) => files.remove(`${base}/gone`))
    await run((files) => files.remove(`${base}/gone`))
    expect(await run((files) => files.stat(`${base}/gone/deep/f`))).toBeUndefined()
  })

  it("a file is replaced by text or bytes, and its path given", async () => {
    await run((files) => files.makeDirectory(`${base}/replaced`))
    const path = `${base}/replaced/f`
    for (const content of ["é", bytes("second")]) {
      expect(await Effect.runPromise(Effect.provideContext(replaceFile(path, content), built))).toBe(path)
      expect(text(await run((files) => files.read(path)))).toBe(typeof content === "string" ? content : "second")
    }
  })

  it("a directory that can be written into is made, and nothing is left in it; one that cannot is told", async () => {
    const check = (path: string) => Effect.runPromise(Effect.result(Effect.provideContext(checkWritable(path), built)))
    expect(await check(`${base}/writable/inner`)).toMatchObject({ _tag: "Success" })
    expect(await run((files) => files.list(`${base}/writable/inner`))).toEqual([])
    await run((files) => files.write(`${base}/writable/f`, bytes("x")))
    for (const path of [`${base}/writable/f`, `${base}/writable/f/inner`]) {
      expect(await check(path)).toMatchObject({ failure: { problem: "notADirectory" } })
    }
  })

  it(`two writers of one name ${kind}: one makes it, the other is told`, async () => {
    await run((files) => files.makeDirectory(`${base}/race`))
    const results = await run((files) =>
      Effect.all(
        ["one", "two"].map((word) => Effect.result(files.write(`${base}/race/f`, bytes(word)))),
        { concurrency: 2 }
      )
    )
    expect(results.filter((result) => result._tag === "Success")).toHaveLength(1)
  })
})
