import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import ts from "typescript"
import { wasm } from "../../src/backend/engines/wasm.ts"
import { run } from "../../src/node/run.ts"
import { root } from "../package/root.ts"
import { type BoundExample, freeNames } from "./bindExamples.ts"

/** A value that an example says something of. */
export interface Claim {
  readonly text: string
  readonly found: unknown
  readonly expected: unknown
}

/**
 * Runs an example as its reader would; gives its claims. An Effect or a Stream that it makes and leaves is run to its end:
 * to make one does nothing.
 */
export const runExample = async ({ bindings, code }: BoundExample): Promise<ReadonlyArray<Claim>> => {
  const modules = await Promise.all(bindings.map(({ module }) => import(join(root, module))))
  const values = modules.map((module: Readonly<Record<string, unknown>>, i) => module[bindings[i].name])
  const claims: Array<Claim> = []
  const given = {
    claim: (text: string, found: unknown, expected: unknown) => claims.push({ text, found, expected }),
    finish,
    bring: (module: string) => import(module),
    console: { log: () => {} }
  }
  const { outputText } = ts.transpileModule(instrumented(code), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext }
  })
  const asyncFunction: FunctionConstructor = Object.getPrototypeOf(async () => {}).constructor
  const names = bindings.map(({ name }) => name)
  await asyncFunction(...Object.keys(given), ...names, outputText)(...Object.values(given), ...values)
  return claims
}

/** `expression // => value`, the arrow on the expression's last line or the next, becomes a call of `claim`. */
export const instrumented = (code: string): string => {
  const source = ts.createSourceFile("example.ts", code, ts.ScriptTarget.ES2022, true)
  const parts = source.statements.map((statement) => {
    const text = statement.getText(source)
    const after = code.slice(statement.end)
    const arrow = /^[ \t]*\n?[ \t]*\/\/ => (.*)/.exec(after)
    if (arrow !== null) {
      if (!ts.isExpressionStatement(statement)) throw new Error(`an arrow after what is no expression: ${text}`)
      return `claim(${JSON.stringify(text)}, ${statement.expression.getText(source)}, (${arrow[1]}))`
    }
    if (ts.isExpressionStatement(statement)) return `await finish(${statement.expression.getText(source)})`
    if (ts.isVariableStatement(statement)) return [text, ...leftBy(statement, after)].join("\n;")
    if (ts.isImportDeclaration(statement)) return broughtBy(statement)
    return text
  })
  const arrows = code.match(/\/\/ => /g)?.length ?? 0
  if (parts.filter((part) => part.startsWith("claim(")).length !== arrows)
    throw new Error(`an arrow is lost in: ${code}`)
  return parts.join("\n;").replaceAll(/\bimport\(/g, "bring(")
}

/** What is declared and not used any more is what the example is about. */
const leftBy = ({ declarationList }: ts.VariableStatement, after: string): ReadonlyArray<string> => {
  const used = freeNames(after)
  return declarationList.declarations.flatMap(({ name }) =>
    ts.isIdentifier(name) && !used.includes(name.text) ? [`await finish(${name.text})`] : []
  )
}

/** A function has no imports. */
const broughtBy = ({ importClause, moduleSpecifier }: ts.ImportDeclaration): string =>
  `const ${importClause?.getText().replaceAll(" as ", ": ")} = await bring(${moduleSpecifier.getText()})`

const finish = async (value: unknown): Promise<void> => {
  if (Stream.isStream(value)) await run(Stream.drain(value) as Stream.Stream<never, unknown, never>, { layer: wasm })
  else if (Effect.isEffect(value)) await run(value as Effect.Effect<unknown, unknown, never>, { layer: wasm })
}
