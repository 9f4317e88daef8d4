import "@tensorflow/tfjs-backend-cpu"
import { join } from "node:path"
import { setBackend } from "@tensorflow/tfjs-core"
import ts from "typescript"
import { beforeAll, describe, expect, it } from "vitest"
import { root } from "../package/root.ts"
import { type BoundExample, bindExamples, freeNames } from "./bindExamples.ts"
import { docExamples, examplesIn, markdownExamples } from "./docExamples.ts"

const placeOf = ({ file, line }: Pick<BoundExample, "file" | "line">) => `${file}:${line}`

describe("examples of doc comments", () => {
  let bound: ReadonlyArray<BoundExample> = []
  beforeAll(async () => {
    bound = bindExamples([...docExamples, ...markdownExamples])
    await setBackend("cpu")
  }, 300_000)

  it("are there", () => expect(docExamples.length).toBeGreaterThan(150))

  it("compile, as the code of README and docs does", () => {
    expect(bound.flatMap((example) => example.problems.map((problem) => `${placeOf(example)} ${problem}`))).toEqual([])
  })

  it.each(
    docExamples.flatMap((example, i) => (ARROW.test(example.code) ? [[placeOf(example), i] as const] : []))
  )("%s gives what it says", async (_, i) => {
    for (const { text, found, expected } of await carryOut(bound[i])) expect(plain(found), text).toEqual(expected)
  })
})

const ARROW = /\/\/ => /

interface Claim {
  readonly text: string
  readonly found: unknown
  readonly expected: unknown
}

/** Runs an example; gives each value that it says something of. */
const carryOut = async ({ bindings, code }: BoundExample): Promise<ReadonlyArray<Claim>> => {
  const modules = await Promise.all(bindings.map(({ module }) => import(join(root, module))))
  const values = modules.map((module: Readonly<Record<string, unknown>>, i) => module[bindings[i].name])
  const claims: Array<Claim> = []
  const claim = (text: string, found: unknown, expected: unknown) => claims.push({ text, found, expected })
  const { outputText } = ts.transpileModule(withClaims(code), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext }
  })
  const asyncFunction: FunctionConstructor = Object.getPrototypeOf(async () => {}).constructor
  await asyncFunction("claim", ...bindings.map(({ name }) => name), outputText)(claim, ...values)
  return claims
}

/** `expression // => value`, the arrow on the expression's last line or the next, becomes a call of `claim`. */
const withClaims = (code: string): string => {
  const source = ts.createSourceFile("example.ts", code, ts.ScriptTarget.ES2022, true)
  const parts = source.statements.map((statement) => {
    const text = statement.getText(source)
    const arrow = /^[ \t]*\n?[ \t]*\/\/ => (.*)/.exec(code.slice(statement.end))
    if (arrow === null) return text
    if (!ts.isExpressionStatement(statement)) throw new Error(`an arrow after what is no expression: ${text}`)
    return `claim(${JSON.stringify(text)}, ${statement.expression.getText(source)}, (${arrow[1]}))`
  })
  const arrows = code.match(/\/\/ => /g)?.length
  if (parts.filter((part) => part.startsWith("claim(")).length !== arrows)
    throw new Error(`an arrow is lost in: ${code}`)
  return parts.join("\n;")
}

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

  it("refuses an arrow that belongs to no expression", () => {
    expect(() => withClaims("const x = 1 // => 1")).toThrow(/no expression/)
    expect(() => withClaims("f({\n  a: 1 // => 1\n})")).toThrow(/lost/)
  })
})
