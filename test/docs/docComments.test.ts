import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { root } from "../package/root.ts"
import { type BoundExample, bindExamples, freeNames } from "./bindExamples.ts"
import { docExamples, examplesIn, markdownExamples } from "./docExamples.ts"
import { layOut } from "./readersFolder.ts"
import { instrumented, runExample } from "./runExample.ts"

const placeOf = ({ file, line }: Pick<BoundExample, "file" | "line">) => `${file}:${line}`

/** Files whose one example needs a browser, and what it ends with in Node. */
const ELSEWHERE = new Map([
  ["src/backend/tfjsEngine.ts", "use a browser with WebGL 2"],
  ["src/compile/runtime/webRuntime.ts", "onnxruntime-web did not start"]
])

describe("examples of doc comments", () => {
  let bound: ReadonlyArray<BoundExample> = []
  beforeAll(() => {
    bound = bindExamples([...docExamples, ...markdownExamples])
  }, 300_000)

  let folder = ""
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hepaflow-example-"))
    process.chdir(folder)
  })
  afterEach(() => {
    process.chdir(root)
    rmSync(folder, { recursive: true })
  })

  it("are there", () => expect(docExamples.length).toBeGreaterThan(150))

  it("compile, as the code of README and docs does", () => {
    expect(bound.flatMap((example) => example.problems.map((problem) => `${placeOf(example)} ${problem}`))).toEqual([])
  })

  const here = docExamples.flatMap((each, i) => (ELSEWHERE.has(each.file) ? [] : [[placeOf(each), i] as const]))

  it.each(here)("%s runs and gives what it says", async (_, i) => {
    await layOut(folder, bound[i].code)
    for (const { text, found, expected } of await runExample(bound[i])) expect(plain(found), text).toEqual(expected)
  })

  it.each([...ELSEWHERE])("%s does not run here, and says why", async (file, reason) => {
    const [example, ...others] = bound.filter((each) => each.file === file)
    expect(others).toEqual([])
    await expect(runExample(example)).rejects.toThrow(reason)
  })
})

/** Typed arrays as lists, as examples write them. */
const plain = (value: unknown): unknown =>
  ArrayBuffer.isView(value) && !(value instanceof DataView) ? Array.from(value as Float64Array) : value

describe("the reading of examples", () => {
  const comment = ["/**", " * One.", " *", " * ```ts", " * half(4) // => 2", " * ```", " */"].join("\n")

  it("takes the stars away and counts lines", () => {
    expect(examplesIn("a.ts", `\n${comment}`)).toEqual([{ file: "a.ts", line: 6, code: "half(4) // => 2" }])
  })

  it("tells names that are used from those that are declared or belong to something", () => {
    const code = "const { a: b, c } = d.e\nf(({ g }: H) => ({ i: g, c, j }))\nclass K extends l {}"
    expect([...freeNames(code)].sort()).toEqual(["H", "d", "f", "j", "l"])
  })

  it.each([
    'Effect.fail(new Error("left"))',
    'const left = Stream.fail(new Error("left"))',
    'const left = Effect.fail(new Error("left"))\nconst more = Effect.delay(left, 1)',
    'await Effect.runPromise(Effect.fail(new Error("left")))'
  ])("runs what is left at the end: %s", async (code) => {
    const bindings = ["Effect", "Stream"].map((name) => ({ name, module: "test/docs/prelude.ts" }))
    await expect(runExample({ file: "a.ts", line: 1, code, bindings, problems: [] })).rejects.toThrow("left")
  })

  it("runs what is not left no more often than the example does", async () => {
    const code = 'const used = Effect.fail(new Error("used"))\nEffect.ignore(used)'
    const bindings = [{ name: "Effect", module: "test/docs/prelude.ts" }]
    expect(await runExample({ file: "a.ts", line: 1, code, bindings, problems: [] })).toEqual([])
  })

  it("refuses an arrow that belongs to no expression", () => {
    expect(() => instrumented("const x = 1 // => 1")).toThrow(/no expression/)
    expect(() => instrumented("f({\n  a: 1 // => 1\n})")).toThrow(/lost/)
  })
})
