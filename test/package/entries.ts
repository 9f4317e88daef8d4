import { readFileSync } from "node:fs"
import { root } from "./root.ts"

const manifest = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as {
  readonly exports: Readonly<Record<string, string>>
}

/** What users may import: "hepaflow", "hepaflow/volume", ... */
export const entries: ReadonlyArray<string> = Object.keys(manifest.exports)
  .filter((path) => path !== "./package.json")
  .map((path) => path.replace(/^\./, "hepaflow"))

/** The entries that run in a browser. */
export const browserEntries = entries.filter((entry) => entry !== "hepaflow/node")
