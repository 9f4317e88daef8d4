import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import { writeRunReport } from "../../src/pipelines/runReport.ts"
import { doneOf } from "../../src/pipelines/study/runStudy.ts"
import type { LeftOut } from "../../src/pipelines/surveyCohort.ts"
import { Files } from "../../src/stages/files.ts"
import { madeUpStudy } from "../support/madeUpStudy.ts"

/** The page of a run, whose CTs may say that they are phantoms. */
const page = async (mark: string, leftOut: ReadonlyArray<LeftOut> = []) => {
  const { files, outcomes } = await madeUpStudy()
  const [{ folder, result }] = doneOf(outcomes)
  return Effect.runPromise(
    Effect.gen(function* () {
      for (const { caseId } of result.cases) {
        const path = `lits/${caseId}.nii`
        const bytes = (yield* files.read(path)).slice()
        // "descrip" begins at byte 148 of a header.
        bytes.set(new TextEncoder().encode(mark), 148)
        yield* files.write(path, bytes, { overwrite: true })
      }
      const report = yield* writeRunReport({ ...result, leftOut }, "lits", {
        directory: `studies/${folder}`,
        data: "LiTS"
      })
      return new TextDecoder().decode(yield* files.read(report))
    }).pipe(Effect.provideService(Files, files))
  )
}

it("says that test patients are phantoms, whatever the data is called", async () => {
  expect(await page("hepaflow phantom")).toContain("Made on LiTS, with 2 test patients, 2 of them phantoms.")
  expect(await page("")).toContain("Made on LiTS, with 2 test patients.")
})

it("says which cases were left out, and why", async () => {
  const leftOut = [{ id: "volume-7", reason: "case volume-7: it has no labels" }]
  expect(await page("", leftOut)).toContain("Left out, as it could not be used: case volume-7: it has no labels.")
  expect(await page("")).not.toContain("could not be used")
})
