import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { root } from "../package/root.ts"
import { shell } from "../package/shell.ts"

/** The TypeScript in a text, block by block. */
export const blocksIn = (markdown: string): ReadonlyArray<string> =>
  [...markdown.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code)

/** The lines that a block says it prints: `// => line`. */
const promisesIn = (code: string): ReadonlyArray<string> =>
  [...code.matchAll(/\/\/ => (.*)/g)].map(([, line]) => line.trim())

/** Runs the blocks of a document one after another in one folder, and looks for the lines that they say they print. */
export const describeBlocks = (path: string): void => {
  // Inside the package, so that "hepaflow/..." is the package itself.
  const folder = join(root, "runs", `${path.replace(/\W/g, "-")}-test`)
  const blocks = blocksIn(readFileSync(join(root, path), "utf8"))

  describe(path, () => {
    beforeAll(() => {
      rmSync(folder, { recursive: true, force: true })
      mkdirSync(folder, { recursive: true })
    })
    afterAll(() => rmSync(folder, { recursive: true, force: true }))

    it("shows code", () => expect(blocks.length).toBeGreaterThan(0))

    it.each(blocks.map((code, i) => [i + 1, code] as const))("code block %i runs as it stands", (i, code) => {
      writeFileSync(join(folder, `block${i}.ts`), code)
      const lines = shell(folder, "node", [`block${i}.ts`]).split("\n")
      // In order, and perhaps with others between them.
      let from = 0
      for (const promised of promisesIn(code)) {
        const at = lines.indexOf(promised, from)
        expect(at, `"${promised}" in\n${lines.join("\n")}`).toBeGreaterThanOrEqual(from)
        from = at + 1
      }
    })
  })
}
