/** What the data path costs: time beside a bare gunzip of the same CT, and the peak memory of one case and of ten. */
import { execFileSync } from "node:child_process"
import { statSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { run } from "../src/node.ts"
import { labelSplit, load, slice, window } from "../src/stages/index.ts"
import { INT16_BYTES, litsFolder } from "./support/ct.ts"
import { bareGunzip } from "./support/gunzip.ts"

const pipeline = (folder: string, limit: number) =>
  load(folder, { limit }).pipe(
    window({ level: 25, width: 450 }),
    slice({ size: [256, 256] }),
    labelSplit("tumor"),
    Stream.runForEach(() => Effect.void)
  )

const MB = 1e6
const [asked, folder, limit] = process.argv.slice(2)
if (asked === "peak") {
  await run(pipeline(folder, Number(limit)))
  console.log(process.resourceUsage().maxRSS * 1024)
} else {
  const cohort = litsFolder(10)
  const ct = join(cohort, "volume-0.nii.gz")
  const times = { gunzip: Number.POSITIVE_INFINITY, pipeline: Number.POSITIVE_INFINITY }
  for (let round = 0; round < 5; round++) {
    times.gunzip = Math.min(times.gunzip, await bareGunzip(ct))
    const began = performance.now()
    await run(pipeline(cohort, 1))
    times.pipeline = Math.min(times.pipeline, performance.now() - began)
  }
  const ratio = times.pipeline / times.gunzip
  console.log(`CT of ${INT16_BYTES / MB} MB, gzipped to ${(statSync(ct).size / INT16_BYTES).toFixed(2)} of that`)
  console.log(`bare gunzip of the CT      ${times.gunzip.toFixed(0)} ms`)
  console.log(`load ... labelSplit        ${times.pipeline.toFixed(0)} ms, ratio ${ratio.toFixed(2)} (at most 2.5)`)
  const most = 3 * INT16_BYTES + 200 * MB
  for (const cases of [1, 10]) {
    const peak = Number(execFileSync(process.execPath, [import.meta.filename, "peak", cohort, String(cases)]))
    console.log(
      `peak memory, ${String(cases).padStart(2)} cases      ${(peak / MB).toFixed(0)} MB (at most ${(most / MB).toFixed(0)})`
    )
  }
}
