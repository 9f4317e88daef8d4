import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, it } from "vitest"
import { browserEntries, entries } from "./entries.ts"
import { root } from "./root.ts"
import { shell } from "./shell.ts"

const versions = ["effect", "@tensorflow/tfjs-core", "typescript", "@types/node"].map((name) => {
  const { version } = JSON.parse(shell(root, "node", ["-p", `JSON.stringify(require("${name}/package.json"))`])) as {
    version: string
  }
  return `${name}@${version}`
})

let folder = ""
let tarball = ""
const inFolder = (command: string, args: ReadonlyArray<string>) => shell(folder, command, args)

const nameOf = (entry: string) => entry.replace(/\W/g, "_")

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hepaflow-consumer-"))
  const packed = shell(root, "npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder])
  tarball = (JSON.parse(packed) as [{ filename: string }])[0].filename
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }))
  writeFileSync(
    join(folder, "index.ts"),
    [
      ...entries.map((entry) => `import * as ${nameOf(entry)} from "${entry}"`),
      `export const names = [${entries.map((entry) => `Object.keys(${nameOf(entry)}).length`).join(", ")}]`
    ].join("\n")
  )
  inFolder("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", `./${tarball}`, ...versions])
}, 240_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

it("installs without running a script or bringing an engine", () => {
  const installed = inFolder("npm", ["ls", "--all", "--parseable", "--omit=peer"])
  expect(installed).not.toMatch(/tfjs-backend|tfjs-node|onnxruntime/)
})

it.each(entries)("%s can be imported from Node", (entry) => {
  const count = inFolder("node", ["-e", `import("${entry}").then((m) => console.log(Object.keys(m).length))`])
  expect(Number(count)).toBeGreaterThan(0)
})

it("type-checks under NodeNext resolution, without skipping our declarations", () => {
  inFolder("npx", [
    ...["tsc", "--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", "--skipLibCheck", "index.ts"]
  ])
}, 60_000)

it("type-checks under bundler resolution", () => {
  inFolder("npx", [
    ...["tsc", "--noEmit", "--strict", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler"],
    ...["--skipLibCheck", "index.ts"]
  ])
}, 60_000)

it("has declarations that need no Node types, but for hepaflow/node", () => {
  const compilerOptions = {
    noEmit: true,
    strict: true,
    target: "es2022",
    module: "esnext",
    moduleResolution: "bundler"
  }
  writeFileSync(join(folder, "browser.ts"), browserEntries.map((entry) => `import "${entry}"`).join("\n"))
  writeFileSync(
    join(folder, "browser.json"),
    JSON.stringify({ compilerOptions: { ...compilerOptions, skipLibCheck: true, types: [] }, files: ["browser.ts"] })
  )
  const listed = inFolder("npx", ["tsc", "-p", "browser.json", "--listFiles"])
  expect(listed).toContain("hepaflow/dist/index.d.ts")
  expect(listed).not.toContain("@types/node")
}, 60_000)

it("passes publint", () => {
  shell(root, join(root, "node_modules/.bin/publint"), ["--strict", "--pack", "false"])
})

it("has types that resolve as the code does (attw)", () => {
  shell(folder, join(root, "node_modules/.bin/attw"), [join(folder, tarball), "--profile", "esm-only", "--no-emoji"])
}, 60_000)
