import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "../package/root.ts"

/** A ```ts block of a doc comment. */
export interface DocExample {
  /** Path of the source file in the repository. */
  readonly file: string
  /** The first line of its code there, from 1. */
  readonly line: number
  readonly code: string
}

const COMMENT = /\/\*\*[\s\S]*?\*\//g
const BLOCK = /```ts\n([\s\S]*?)```/g

/** The examples of a source text, without the stars before its lines. */
export const examplesIn = (file: string, source: string): ReadonlyArray<DocExample> =>
  [...source.matchAll(COMMENT)].flatMap((comment) =>
    [...comment[0].matchAll(BLOCK)].map((block) => {
      const start = comment.index + block.index + "```ts\n".length
      return {
        file,
        line: source.slice(0, start).split("\n").length,
        code: block[1].replace(/^ *\* ?/gm, "").trimEnd()
      }
    })
  )

/** Every example of every doc comment in `src`. */
export const docExamples: ReadonlyArray<DocExample> = globSync("src/**/*.ts", { cwd: root })
  .map((file) => file.replaceAll("\\", "/"))
  .sort()
  .flatMap((file) => examplesIn(file, readFileSync(join(root, file), "utf8")))
