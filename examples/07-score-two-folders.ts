// Scores one folder of label maps (0 background, 1 liver, 2 tumour) against another, as the LiTS challenge does. Masks are
// matched by the number that ends their names, as in segmentation-3.nii.gz and volume-3.nii, or else by the whole name.
//
//   node examples/07-score-two-folders.ts [TRUTH PREDICTIONS] [--target tumor|liver|wholeLiver] [--output FOLDER]
//
// Masks of one target, as `npm start` and example 06 write them, hold 1 for it: with --target they are scored against it alone.
// Without folders it scores a synthetic cohort against itself, moved by two voxels.
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { litsScore } from "hepaflow/metrics"
import { run } from "hepaflow/node"
import { litsTable, type Table, toCsv, toJson, toMarkdown } from "hepaflow/report"
import {
  type CaseFiles,
  checkWritable,
  load,
  maskOf,
  pure,
  score,
  scoreLits,
  scoreTables,
  truthIn,
  write,
  writePhantomCohort
} from "hepaflow/stages"
import { type Case, LABEL, TARGETS } from "hepaflow/volume"
import { commandLine } from "./support/commandLine.ts"
import { oneOf } from "./support/options.ts"
import { refuse } from "./support/plainErrors.ts"

const { positionals, values } = commandLine(
  { target: { type: "string" }, output: { type: "string", default: "runs/score" } },
  2
)
const target = values.target === undefined ? undefined : oneOf("target", values.target, TARGETS)
if (positionals.length === 1) refuse("give two folders: TRUTH PREDICTIONS")
for (const folder of positionals) {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) refuse(`${folder} is no folder; check the path`)
}
await run(checkWritable(values.output))

/** The label map of a case as what a prediction is: a volume of the case. */
const labelMap = pure("labelMap", ({ id, labels }: Case) => ({ caseId: id, volume: labels! }))

/** A cohort and its own labels, moved. */
const example = async (): Promise<ReadonlyArray<string>> => {
  const { directory } = await run(writePhantomCohort("runs/phantom-small", { cases: 3, shape: [192, 192, 40] }))
  const moved = pure("move", ({ caseId, volume }: { caseId: string; volume: NonNullable<Case["labels"]> }) => {
    const voxels = new Uint8Array(volume.voxels.length)
    voxels.set(volume.voxels.subarray(0, -2), 2)
    return { caseId, volume: { ...volume, voxels: target === undefined ? voxels : maskOf(voxels, target) } }
  })
  const predictions = join(values.output, "predictions")
  await run(load(directory).pipe(labelMap, moved, write(predictions, { as: "nifti", overwrite: true })))
  return [directory, predictions]
}
const [truthFolder, predictionFolder] = positionals.length > 0 ? positionals : await example()

/** The masks of a folder by what matches them. In LiTS layout the truth is beside its CTs, which are no masks. */
const masksOf = (folder: string): ReadonlyMap<string, string> => {
  const names = readdirSync(folder).filter((name) => /^[^.].*\.nii(\.gz)?$/.test(name))
  const isLits = names.some((name) => name.startsWith("segmentation-"))
  const masks = names.filter((name) => !isLits || name.startsWith("segmentation-"))
  if (masks.length === 0) refuse(`${folder} holds no mask: expected .nii or .nii.gz`)
  const byKey = new Map(masks.map((name) => [keyOf(name), join(folder, name)]))
  const second = masks.find((name) => byKey.get(keyOf(name)) !== join(folder, name))
  if (second === undefined) return byKey
  return refuse(`${join(folder, second)} and ${byKey.get(keyOf(second))} would have the same partner; keep one of them`)
}
const keyOf = (name: string) => {
  const stem = basename(name).replace(/\.nii(\.gz)?$/, "")
  // A number is the same with and without zeros before it.
  return /\d+$/.exec(stem)?.[0].replace(/^0+(?=\d)/, "") ?? stem
}

const truths = masksOf(truthFolder)
const predictions = masksOf(predictionFolder)
const alone = [...truths, ...predictions].filter(([key]) => !(truths.has(key) && predictions.has(key)))
for (const [, path] of alone) console.error(`${path} has no partner and is not scored`)

// A mask is where its CT beside it says, because labels' headers are not always right, or else where its own header says; where
// the two of a pair disagree, voxels are compared by place, or the pair is refused. The id is that of LiTS, so that the cases
// whose millimetres are known to be untrue are left out of the distances.
const pairsOf = (masks: ReadonlyMap<string, string>): ReadonlyArray<CaseFiles> =>
  [...masks]
    .filter(([key]) => truths.has(key) && predictions.has(key))
    .map(([key, path]) => ({ id: /^\d+$/.test(key) ? `volume-${key}` : key, image: imageOf(path), labels: path }))
const imageOf = (mask: string) => {
  const [ct] = [".nii", ".nii.gz"]
    .map((ending) => mask.replace(/segmentation-(\d+)\.nii(\.gz)?$/, `volume-$1${ending}`))
    .filter(existsSync)
  return ct ?? mask
}

if (pairsOf(truths).length === 0) refuse(`no mask of ${predictionFolder} has a partner in ${truthFolder}`)
const predicted = load(pairsOf(predictions)).pipe(labelMap)
const truth = truthIn(pairsOf(truths))
const inAllForms = <Row extends object>(table: Table<Row>) => ({
  csv: toCsv(table),
  json: toJson(table),
  md: toMarkdown(table)
})
const told = ({ caseId }: { readonly caseId: string }) => Effect.sync(() => console.error(`${caseId} scored`))

/** Whether masks of one target were given for label maps, from all that can be seen. */
let lackTumor = false
const asLits = async () => {
  const cases = await run(predicted.pipe(scoreLits(truth), Stream.tap(told)))
  const of = (part: "tp" | "fp" | "fn") => cases.some(({ lesions }) => lesions[part] > 0)
  lackTumor = of("fn") && !of("tp") && !of("fp")
  return { lits: inAllForms(litsTable(litsScore(cases))) }
}

/** Of a label map, whatever is not 0 would be taken for the target. */
const mask = pure("mask", (each: { readonly caseId: string; readonly volume: NonNullable<Case["labels"]> }) => {
  if (!each.volume.voxels.includes(LABEL.tumor)) return each
  return refuse(`the prediction of ${each.caseId} holds a 2, so it is a label map and no mask; leave --target out`)
})

const asMasks = async (of: (typeof TARGETS)[number]) => {
  const scores = await run(predicted.pipe(mask, score(truth, { target: of }), Stream.tap(told)))
  const { cases, summary } = scoreTables(scores)
  return { [`${of}-cases`]: inAllForms(cases), [of]: inAllForms(summary) }
}

const tables = target === undefined ? await asLits() : await asMasks(target)
for (const [name, table] of Object.entries(tables)) {
  for (const [ending, text] of Object.entries(table)) writeFileSync(join(values.output, `${name}.${ending}`), text)
  console.log(table.md)
  console.log(`${join(values.output, `${name}.csv`)}, .json and .md hold this table\n`)
}
if (lackTumor) {
  console.error(`No prediction holds a ${LABEL.tumor} (tumour), although the truth does: all that they mark was scored as liver. If they are masks
of one target, as npm start and example 06 write them, give --target with its name: ${TARGETS.join(", ")}.`)
}
