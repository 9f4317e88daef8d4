// The data path from end to end: a cohort on disk, through a pipeline, to a table and a picture.
//
//   npm start -- [--data FOLDER] [--cases N] [--seed N] [--output FOLDER]
import { mkdirSync } from "node:fs"
import { parseArgs } from "node:util"
import { writePng } from "hepaflow/formats"
import { Files, iterate, run } from "hepaflow/node"
import { montage, overlay } from "hepaflow/report"
import { load, slice, window, writePhantomCohort } from "hepaflow/stages"
import { LABEL, type Slice } from "hepaflow/volume"

const HELP = `npm start -- [options]
  --data FOLDER    a cohort in LiTS or Decathlon layout (default: a synthetic one is made)
  --cases N        how many cases (default 10)
  --seed N         of the synthetic cohort (default 1)
  --output FOLDER  where table and picture go (default runs/start)`

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    cases: { type: "string", default: "10" },
    seed: { type: "string", default: "1" },
    output: { type: "string", default: "runs/start" },
    help: { type: "boolean", default: false }
  }
})
if (values.help) {
  console.log(HELP)
  process.exit()
}

const whole = (name: "cases" | "seed") => {
  const value = Number(values[name])
  if (Number.isInteger(value) && value >= (name === "cases" ? 1 : 0)) return value
  console.error(`--${name} takes a whole number, not ${values[name]}\n\n${HELP}`)
  return process.exit(2)
}
const limit = whole("cases")
const seed = whole("seed")

interface Row {
  readonly slices: number
  readonly withLiver: number
  readonly withTumor: number
  readonly tumorMl: number
  readonly mostTumor: number
  readonly shown: Slice
}

const count = (labels: Uint8Array | undefined, label: number) =>
  labels?.reduce((sum, value) => sum + Number(value === label), 0) ?? 0

/** Adds a slice to what is known of its case; the slice with most tumour, else most liver, is shown. */
const add = (row: Row | undefined, each: Slice): Row => {
  const tumor = count(each.labels, LABEL.tumor)
  const liver = count(each.labels, LABEL.liver)
  const { spacing } = each.origin.grid
  const pixelMl = (each.spacing[0] * each.spacing[1] * spacing[2]) / 1000
  const sight = tumor * 1e6 + liver
  return {
    slices: (row?.slices ?? 0) + 1,
    withLiver: (row?.withLiver ?? 0) + Number(liver + tumor > 0),
    withTumor: (row?.withTumor ?? 0) + Number(tumor > 0),
    tumorMl: (row?.tumorMl ?? 0) + tumor * pixelMl,
    mostTumor: Math.max(row?.mostTumor ?? -1, sight),
    shown: row === undefined || sight > row.mostTumor ? each : row.shown
  }
}

const main = async () => {
  const { output } = values
  const phantom = { cases: limit, seed, shape: [256, 256, 48] } as const
  const cohort =
    values.data ??
    (await run(writePhantomCohort(`runs/phantom-${limit}-seed${seed}`, phantom), { progress: true })).directory

  const rows = new Map<string, Row>()
  const slices = load(cohort, { limit, onFailure: "skip" }).pipe(window(), slice({ size: [256, 256] }))
  for await (const each of iterate(slices, { progress: true })) rows.set(each.caseId, add(rows.get(each.caseId), each))

  const table = [
    "case,slices,slices with liver,slices with tumour,tumour ml",
    ...Array.from(rows, ([id, row]) => [id, row.slices, row.withLiver, row.withTumor, row.tumorMl.toFixed(1)].join(","))
  ]
  const picture = montage(Array.from(rows.values(), ({ shown }) => overlay(shown)))
  mkdirSync(output, { recursive: true })
  await run(
    Files.use((files) =>
      files.write(`${output}/cases.csv`, new TextEncoder().encode(`${table.join("\n")}\n`), { overwrite: true })
    )
  )
  await run(Files.use((files) => files.write(`${output}/cohort.png`, writePng(picture), { overwrite: true })))
  for (const line of table)
    console.log(
      line
        .split(",")
        .map((cell, i) => (i === 0 ? cell.padEnd(12) : cell.padStart(20)))
        .join("")
    )
  console.log(`\n${output}/cases.csv   the table\n${output}/cohort.png  each patient's slice with most tumour`)
}

main().catch((error: Error) => {
  console.error(`\n${error.message}`)
  process.exitCode = 1
})
