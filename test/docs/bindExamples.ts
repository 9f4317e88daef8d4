import { globSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import ts from "typescript"
import { root } from "../package/root.ts"
import type { DocExample } from "./docExamples.ts"

/** Where a name of an example comes from: a module's path in the repository. */
export interface Binding {
  readonly name: string
  readonly module: string
}

/** An example with what it takes from elsewhere. */
export interface BoundExample extends DocExample {
  readonly bindings: ReadonlyArray<Binding>
  /** What is wrong with it: names that nobody knows or that two rooms have, and what the compiler says. */
  readonly problems: ReadonlyArray<string>
}

const PRELUDE = "test/docs/prelude.ts"

const options: ts.CompilerOptions = {
  ...ts.parseJsonConfigFileContent(ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile).config, ts.sys, root)
    .options,
  // Examples name results that they do not use, and their imports are made here.
  noUnusedLocals: false,
  noUnusedParameters: false,
  verbatimModuleSyntax: false
}

/** What users may import. */
const entriesOf = (): ReadonlyArray<string> => [
  "src/index.ts",
  ...globSync("src/*/index.ts", { cwd: root }).sort(),
  ...globSync("src/backend/engines/*.ts", { cwd: root }).sort(),
  "src/node.ts"
]

/**
 * Finds where the free names of each example come from, as a reader does, and type-checks all examples in one program. A name
 * is the file's own that the example stands in, else the prelude's, else the room's, else that of the one other room that has
 * it.
 */
export const bindExamples = (examples: ReadonlyArray<DocExample>): ReadonlyArray<BoundExample> => {
  const entries = entriesOf()
  const host = ts.createCompilerHost(options)
  const files = [
    ...new Set([...examples.map(({ file }) => file).filter((file) => file.endsWith(".ts")), ...entries, PRELUDE])
  ]
  const modules = ts.createProgram(
    files.map((file) => join(root, file)),
    options,
    host
  )
  const checker = modules.getTypeChecker()
  const exportsOf = new Map(
    files.map((file) => {
      const source = modules.getSourceFile(join(root, file))
      const module = source && checker.getSymbolAtLocation(source)
      const symbols = module === undefined ? [] : checker.getExportsOfModule(module)
      return [file, new Map(symbols.map((symbol) => [symbol.name, original(checker, symbol)]))] as const
    })
  )
  const has = (file: string, name: string) => exportsOf.get(file)?.has(name) === true

  const bind = (example: DocExample) => {
    const room = example.file.split("/").slice(0, 2).join("/")
    const problems: Array<string> = []
    const bindings = freeNames(example.code).flatMap((name): ReadonlyArray<Binding> => {
      const near = [example.file, PRELUDE, `${room}/index.ts`].find((file) => has(file, name))
      if (near !== undefined) return [{ name, module: near }]
      const others = entries.filter((file) => has(file, name))
      const distinct = new Set(others.map((file) => exportsOf.get(file)?.get(name)))
      if (distinct.size > 1) problems.push(`${name} is in ${others.join(" and ")}: say in ${PRELUDE} which is meant`)
      return others.length === 0 ? [] : [{ name, module: others[0] }]
    })
    return { ...example, bindings, problems }
  }

  const bound = examples.map(bind)
  const texts = new Map(bound.map((example, i) => [join(root, `test/docs/example-${i}.ts`), moduleOf(example)]))
  const program = ts.createProgram(
    [...texts.keys()],
    options,
    {
      ...host,
      fileExists: (path) => texts.has(path) || host.fileExists(path),
      readFile: (path) => texts.get(path) ?? host.readFile(path),
      getSourceFile: (path, ...rest) => {
        const text = texts.get(path)
        return text === undefined
          ? host.getSourceFile(path, ...rest)
          : ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true)
      }
    },
    modules
  )
  return bound.map((example, i) => {
    const source = program.getSourceFile(join(root, `test/docs/example-${i}.ts`)) as ts.SourceFile
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
    return { ...example, problems: [...example.problems, ...found.map((each) => told(each, example))] }
  })
}

/** The example as a module: its imports on one line before it, in a function where it waits for something. */
const moduleOf = ({ bindings, code }: Pick<BoundExample, "bindings" | "code">): string => {
  const imports = bindings.map(({ name, module }) => {
    const path = relative(join(root, dirname(PRELUDE)), join(root, module)).replaceAll("\\", "/")
    return `import { ${name} } from "${path.startsWith(".") ? path : `./${path}`}"`
  })
  return `${imports.join("; ")}; export {}\n${code}\n`
}

const told = ({ file, messageText, start }: ts.Diagnostic, { line }: DocExample): string => {
  const at = file === undefined || start === undefined ? 1 : file.getLineAndCharacterOfPosition(start).line
  return `line ${line + at - 1}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`
}

const original = (checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol =>
  (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol)

/** Names that a code uses and does not declare. */
export const freeNames = (code: string): ReadonlyArray<string> => {
  const used = new Set<string>()
  const declared = new Set<string>()
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) (isDeclaration(node) ? declared : isReference(node) ? used : new Set()).add(node.text)
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile("example.ts", code, ts.ScriptTarget.ES2022, true))
  return [...used].filter((name) => !declared.has(name))
}

const isDeclaration = (node: ts.Identifier): boolean => {
  const { parent } = node
  return (
    (ts.isVariableDeclaration(parent) ||
      ts.isParameter(parent) ||
      ts.isBindingElement(parent) ||
      ts.isFunctionDeclaration(parent) ||
      ts.isClassDeclaration(parent) ||
      ts.isTypeParameterDeclaration(parent) ||
      ts.isImportSpecifier(parent) ||
      ts.isNamespaceImport(parent)) &&
    parent.name === node
  )
}

/** Not the name of a property, nor what a binding is taken from. */
const isReference = (node: ts.Identifier): boolean => {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.name !== node
  if (ts.isQualifiedName(parent)) return parent.right !== node
  if (ts.isBindingElement(parent)) return parent.propertyName !== node
  return !(
    (ts.isPropertyAssignment(parent) ||
      ts.isMethodDeclaration(parent) ||
      ts.isPropertySignature(parent) ||
      ts.isPropertyDeclaration(parent) ||
      ts.isGetAccessor(parent) ||
      ts.isNamedTupleMember(parent)) &&
    parent.name === node
  )
}
