import * as Effect from "effect/Effect"
import { type FileError, Files, joinPath } from "../../stages/files.ts"

/** What a report has for some studies alone: a training for each variant by its name, the paper's table, panels. */
const OCCASIONAL = /^(charts\/training-\d+-[^/]*\.svg|table\.\w+|figure\.png)$/

/** Removes from the folder of a report what an earlier study left there and this one has not written; nothing else is touched. */
export const removeStale = Effect.fnUntraced(function* (
  folder: string,
  written: ReadonlyArray<string>
): Effect.fn.Return<void, FileError, Files> {
  const files = yield* Files
  const charts = (yield* files.list(joinPath(folder, "charts"))).map((name) => `charts/${name}`)
  for (const name of [...(yield* files.list(folder)), ...charts]) {
    const path = joinPath(folder, name)
    if (OCCASIONAL.test(name) && !written.includes(path)) yield* files.remove(path)
  }
})
