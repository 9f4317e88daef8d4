import { build, type Metafile } from "esbuild"
import { describe, expect, it } from "vitest"
import { browserEntries } from "./entries.ts"
import { root } from "./root.ts"

const bundle = async (entry: string): Promise<{ readonly code: string; readonly metafile: Metafile }> => {
  const result = await build({
    stdin: { contents: `export * from "${entry}"`, resolveDir: root },
    bundle: true,
    format: "esm",
    platform: "browser",
    conditions: ["browser"],
    metafile: true,
    write: false,
    logLevel: "silent"
  })
  return { code: result.outputFiles[0].text, metafile: result.metafile }
}

/** Every tfjs backend stands on shared parts of its cpu backend; the compiled engine hands over to wasm. */
const enginesOf = (entry: string): ReadonlyArray<string> => {
  const name = /^hepaflow\/backend\/(\w+)$/.exec(entry)?.[1]
  if (name === "compiled") return ["onnxruntime", "tfjs-backend-wasm", "tfjs-backend-cpu"]
  return name === undefined ? [] : [`tfjs-backend-${name}`, "tfjs-backend-cpu"]
}

/** What esbuild brings along for `import.meta` and the like. */
const HELPERS = "<runtime>"

describe.each(browserEntries)("%s in a browser bundle", (entry) => {
  it("needs no node: module, no engine but the one it is named for, and leaves nothing unresolved", async () => {
    const { metafile } = await bundle(entry)
    const imports = Object.values(metafile.inputs)
      .flatMap((input) => input.imports)
      .filter(({ path }) => path !== HELPERS)
    expect(imports.filter((found) => found.external || found.path.startsWith("node:"))).toEqual([])
    const engines = Object.keys(metafile.inputs).map((path) => /tfjs-backend-\w+|tfjs-node|onnxruntime/.exec(path)?.[0])
    expect(new Set(engines.filter((engine) => engine !== undefined))).toEqual(new Set(enginesOf(entry)))
  })
})

it("a bundle runs where there is no process, no require and no Buffer", async () => {
  const { code } = await bundle("hepaflow/random")
  const names = ["process", "require", "Buffer", "global"]
  const withoutNode = new Function(
    ...names,
    `${code.replace(/export \{[\s\S]*\};?\s*$/, "")}; return uniform(key(1), 3)`
  )
  expect(withoutNode().length).toBe(3)
})
