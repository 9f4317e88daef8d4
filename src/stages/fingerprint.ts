import * as Effect from "effect/Effect"
import type { CaseFiles } from "./caseFiles.ts"
import { type FileError, Files } from "./files.ts"
import { niftiParts } from "./niftiParts.ts"

/**
 * What tells whether the files of cases are still the same without reading them: id, names, sizes and times of change. Their
 * folder is not part of it, so that a cohort may be moved.
 */
export const fingerprint = (cases: ReadonlyArray<CaseFiles>): Effect.Effect<ReadonlyArray<string>, FileError, Files> =>
  Effect.forEach(cases, ({ id, image, labels }) =>
    Effect.gen(function* () {
      const files = yield* Files
      const parts = [id]
      for (const path of [image, labels].flatMap((path) => (path === undefined ? [] : niftiParts(path)))) {
        const found = yield* files.stat(path)
        parts.push(`${path.slice(path.lastIndexOf("/") + 1)} ${found?.bytes} ${found?.modified}`)
      }
      return parts.join(", ")
    })
  )
