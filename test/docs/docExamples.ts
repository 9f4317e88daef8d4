import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "../package/root.ts"

/** A ```ts block of a doc comment, or of a text. */
export interface DocExample {
  /** Path in the repository. */
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

/** The blocks of README and docs, which bring their own imports. */
export const markdownExamples: ReadonlyArray<DocExample> = ["README.md", ...globSync("docs/*.md", { cwd: root })]
  .map((file) => file.replaceAll("\\", "/"))
  .flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8")
    return [...text.matchAll(BLOCK)].map(({ 0: block, 1: code, index }) => ({
      file,
      line: text.slice(0, index + block.indexOf(code)).split("\n").length,
      code
    }))
  })

/** Every example of every doc comment in `src`. */
export const docExamples: ReadonlyArray<DocExample> = globSync("src/**/*.ts", { cwd: root })
  .map((file) => file.replaceAll("\\", "/"))
  .sort()
  .flatMap((file) => examplesIn(file, readFileSync(join(root, file), "utf8")))
