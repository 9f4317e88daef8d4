// Any CT and a trained model in, a mask in the place of the CT and a picture of it out.
//
//   node examples/06-predict-a-volume.ts [CT.nii.gz] [MODEL FOLDER] [--epochs N] [--output FOLDER]
//
// Without a model it trains a tiny one, which finds livers and no more; without a CT it takes a synthetic patient.
import { existsSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import { wasm as engine } from "hepaflow/backend/wasm"
import { type PngImage, writePng } from "hepaflow/formats"
import { agcafNet } from "hepaflow/modules"
import { Files, iterate, run } from "hepaflow/node"
import { montage, overlay, squarePixels } from "hepaflow/report"
import {
  cache,
  checkWritable,
  labelSplit,
  load,
  loadBest,
  loadModel,
  saveModel,
  segment,
  slice,
  train,
  WINDOWS,
  window,
  write,
  writePhantomCohort
} from "hepaflow/stages"
import { LABEL } from "hepaflow/volume"
import { commandLine } from "./support/commandLine.ts"
import { present, whole } from "./support/options.ts"
import { refuse } from "./support/plainErrors.ts"

const { positionals, values } = commandLine(
  { epochs: { type: "string", default: "8" }, output: { type: "string", default: "runs/predict" } },
  2
)
const { output } = values
const epochs = whole("epochs", values.epochs)
present(...positionals)
const phantoms = "runs/phantom-tiny"
const [image = join(phantoms, "volume-5.nii.gz"), given] = positionals
if (resolve(dirname(image)) === resolve(output))
  refuse(`${output} holds the CT; its mask is named alike, so choose another`)
const ready = given === undefined ? undefined : await run(loadModel(given))
// A folder that cannot be written, an engine that does not start, or a CT that is none is told before anything is made.
await run(checkWritable(output), { layer: engine })
const id = basename(image).replace(/\.nii(\.gz)?$/, "")
const scan = load([{ id, image }], { labels: "ignored" })
if (given === undefined) {
  if (positionals.length > 0) await run(scan)
  await run(writePhantomCohort(phantoms, { cases: 6, seed: 1, shape: [96, 96, 24] }))
}

const trainTinyModel = async (folder: string) => {
  const size = [64, 64] as const
  const samples = load(phantoms, { limit: 5 }).pipe(
    window(),
    slice({ size, keep: "liver" }),
    labelSplit("wholeLiver"),
    cache()
  )
  const dataset = await run(samples)
  const network = agcafNet({ width: 8 })
  const events = train(dataset, { network, epochs, batchSize: 4, validation: dataset, directory: folder })
  await run(events, { layer: engine, progress: true })
  const { params } = await run(loadBest(folder))
  const postprocess = [{ kind: "keepLargest" }] as const
  const preprocessing = { window: WINDOWS.lits, size, target: "wholeLiver", postprocess } as const
  await run(saveModel(folder, { network, params, preprocessing, training: { epochs } }, { overwrite: true }))
}

const tiny = join(output, "tiny-model")
if (ready === undefined && !existsSync(join(tiny, "model.json"))) await trainTinyModel(tiny)
const model = ready ?? (await run(loadModel(tiny)))

// A model knows its window, plane and size, and what is done to its masks; these return to the voxels of the CT, whatever they were.
const masks = scan.pipe(segment(model), write(output, { as: "nifti", overwrite: true }))
const [mask] = await run(masks, { layer: engine, progress: true })

// The same mask as the labels of the same CT: what `load` reads, `slice` cuts and `overlay` draws, each target in its colour.
const targets = [model.preprocessing.target].flat()
const labelOf = (marked: number) =>
  marked === 0 ? LABEL.background : targets[marked - 1] === "tumor" ? LABEL.tumor : LABEL.liver
const pictures: Array<PngImage> = []
for await (const each of iterate(load([{ id, image, labels: mask.path }]).pipe(window(), slice()))) {
  const labels = each.labels?.map(labelOf)
  if (labels?.some((label) => label !== LABEL.background)) pictures.push(overlay(squarePixels({ ...each, labels })))
}
const step = Math.max(1, pictures.length / 12)
const shown = Array.from({ length: Math.min(12, pictures.length) }, (_, i) => pictures[Math.floor(i * step)])

console.log(`${mask.path} marks ${pictures.length} slices of ${image}`)
if (shown.length > 0) {
  const path = join(output, `${id}.png`)
  await run(Files.use((files) => files.write(path, writePng(montage(shown)), { overwrite: true })))
  console.log(`${path} shows ${shown.length} of them`)
}
