import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, expect, it } from "vitest"
import { root } from "../package/root.ts"
import { shell } from "../package/shell.ts"

// Inside the package, so that "hepaflow/..." is the package itself.
const folder = join(root, "runs", "readme-test")
const blocks = [...readFileSync(join(root, "README.md"), "utf8").matchAll(/```ts\n([\s\S]*?)```/g)].map(
  ([, code]) => code
)

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it("README shows code", () => expect(blocks.length).toBeGreaterThan(2))

it.each(blocks.map((code, i) => [i + 1, code] as const))("README's code block %i runs as it stands", (i, code) => {
  writeFileSync(join(folder, `block${i}.ts`), code)
  shell(folder, "node", [`block${i}.ts`])
})
