/** What ten phantom cases of 256 x 256 x 48 cost, made and written as .nii.gz, and how like LiTS and how hard they are. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { run } from "../src/node.ts"
import { load, writePhantomCohort } from "../src/stages/index.ts"
import { LABEL } from "../src/volume/index.ts"
import { bestThreshold, moments } from "../test/support/thresholds.ts"

const CASES = 10
const folder = mkdtempSync(join(tmpdir(), "hepaflow-phantom-"))
const began = performance.now()
const before = process.cpuUsage()
await run(writePhantomCohort(folder, { cases: CASES, seed: 1, shape: [256, 256, 48] }))
const { user, system } = process.cpuUsage(before)
const wall = (performance.now() - began) / 1000
console.log(
  `${CASES} cases of 256x256x48 made and written    ${wall.toFixed(1)} s (at most 30), CPU ${((user + system) / 1e6).toFixed(1)} s`
)

const cohort = await run(load(folder))
const voxelsOf = (label: number) => (each: (hu: number) => void) => {
  for (const { image, labels } of cohort) {
    labels?.voxels.forEach((found, i) => {
      if (found === label) each(image.voxels[i])
    })
  }
}
for (const name of ["liver", "tumor"] as const) {
  const { mean, sd } = moments(voxelsOf(LABEL[name]))
  console.log(
    `${name} ${mean.toFixed(0)} +- ${sd.toFixed(0)} HU (LiTS: ${name === "liver" ? "121 +- 22" : "87 +- 24"})`
  )
}
const dice = bestThreshold(voxelsOf(LABEL.liver), voxelsOf(LABEL.tumor))
console.log(`tumour Dice of the best single threshold inside the true liver ${dice.toFixed(2)} (below 0.5)`)
rmSync(folder, { recursive: true })
