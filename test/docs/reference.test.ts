import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import * as metrics from "../../src/metrics/index.ts"
import * as modules from "../../src/modules/index.ts"
import { contradictions } from "../../src/pipelines/paper/contradictions.ts"
import { root } from "../package/root.ts"

const text = (path: string) => readFileSync(join(root, path), "utf8")

describe("docs/paper.md", () => {
  const paper = text("docs/paper.md")
  const networks = [...paper.matchAll(/^\|[^|]*\| `(\w+\(.*\))` \| ([\d,]+) \|$/gm)]

  it("counts parameters of many networks", () => expect(networks.length).toBeGreaterThan(15))

  it.each(networks.map(([, code, count]) => [code, count] as const))("%s has %s parameters", (code, count) => {
    const network = new Function(...Object.keys(modules), `return ${code}`)(...Object.values(modules))
    expect(modules.countParams(network.spec).toLocaleString("en")).toBe(count)
  })

  it.each(contradictions().map((footnote) => [footnote.text] as const))("says: %s", (footnote) => {
    expect(paper.replaceAll(/\s+/g, " ")).toContain(footnote)
  })
})

describe("docs/metrics.md", () => {
  const names = Object.keys(metrics).filter((name) => name !== "MetricsError")

  it.each(names)("names %s", (name) => expect(text("docs/metrics.md")).toMatch(new RegExp(`\\b${name}\\b`)))
})

describe("README.md", () => {
  const [, line = ""] = text("README.md").match(/^npm install hepaflow (.*)$/m) ?? []
  const { peerDependencies, peerDependenciesMeta } = JSON.parse(text("package.json"))

  it("installs what is needed, the fast engine and the one that takes over", () => {
    const needed = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional)
    const installed = line.split(" ")
    expect(installed).toEqual(expect.arrayContaining(needed))
    expect(installed).toEqual(expect.arrayContaining(["onnxruntime-node", "@tensorflow/tfjs-backend-wasm"]))
  })
})
