// A trained model in, one ONNX file out, and the proof that ONNX Runtime gives the same probabilities with it.
//
//   node examples/09-export-onnx.ts [MODEL FOLDER] [--epochs N] [--output FOLDER]
//
// Without a model it trains a tiny one in seconds. It needs the package onnxruntime-node. The file is the network: tiles, flips
// and what is done to its masks stay with whoever runs it, and are in its metadata.
import { wasm as engine } from "hepaflow/backend/wasm"
import { agcafNet } from "hepaflow/modules"
import { run } from "hepaflow/node"
import {
  cache,
  checkWritable,
  labelSplit,
  load,
  loadBest,
  loadModel,
  type Model,
  predict,
  saveOnnx,
  slice,
  train,
  WINDOWS,
  window,
  writePhantomCohort
} from "hepaflow/stages"
import { InferenceSession, Tensor } from "onnxruntime-node"
import { commandLine } from "./support/commandLine.ts"
import { whole } from "./support/options.ts"

const { positionals, values } = commandLine(
  { epochs: { type: "string", default: "4" }, output: { type: "string", default: "runs/onnx" } },
  1
)
const { output } = values
const epochs = whole("epochs", values.epochs)
const [folder] = positionals
const given = folder === undefined ? undefined : await run(loadModel(folder))
await run(checkWritable(output))
const cohort = await run(writePhantomCohort("runs/phantom-tiny", { cases: 6, seed: 1, shape: [96, 96, 24] }))

const trainTinyModel = async (): Promise<Model> => {
  const preprocessing = { window: WINDOWS.lits, size: [64, 64], target: "wholeLiver" } as const
  const samples = load(cohort.directory, { limit: 5 }).pipe(
    window(preprocessing.window),
    slice({ size: preprocessing.size, keep: "liver" }),
    labelSplit(preprocessing.target),
    cache()
  )
  const dataset = await run(samples)
  const network = agcafNet({ width: 8 })
  const events = train(dataset, { network, epochs, batchSize: 4, validation: dataset, directory: output })
  await run(events, { layer: engine, progress: true })
  const { params } = await run(loadBest(output))
  return { network, params, preprocessing, training: { epochs } }
}

const model = given ?? (await trainTinyModel())

// The network with its numbers, in operators that every ONNX runtime has. Window and size are in the file's metadata.
const { network, params, preprocessing } = model
const path = `${output}/${network.name}.onnx`
await run(saveOnnx(path, model, { overwrite: true }))

// The slices of a patient whom the tiny model has not seen, of the size that the file takes ...
const { window: hounsfield, plane = "axial", field = "scan", target, tiles } = preprocessing
const size = tiles?.size ?? preprocessing.size
const patient = load(cohort.directory, { cases: ["volume-5"], labels: "ignored" })
const seen = patient.pipe(window(hounsfield), slice({ plane, field, ...(size && { size }) }))
const slices = await run(seen)

// ... through the network by this library ...
const activation = [target].flat().length === 1 ? "sigmoid" : "softmax"
const predictions = await run(seen.pipe(predict({ network, params, activation })), { layer: engine })

// ... and through ONNX Runtime, which takes all slices at once: [batch, 1, height, width], windowed to [0, 1].
const [{ height, width }] = slices
const pixels = new Float32Array(slices.length * height * width)
for (const [i, each] of slices.entries()) pixels.set(each.pixels, i * height * width)

const session = await InferenceSession.create(path)
const image = new Tensor("float32", pixels, [slices.length, 1, height, width])
const { probabilities } = await session.run({ image })
const found = probabilities.data as Float32Array

// One channel is the target; of several classes the background comes first, and what is no background is marked.
const [, channels] = probabilities.dims
const ofSlice = (i: number) => {
  const first = found.subarray(i * channels * height * width).subarray(0, height * width)
  return channels === 1 ? first : first.map((background) => 1 - background)
}

let apart = 0
let marked = 0
for (const [i, { probabilities: ours }] of predictions.entries()) {
  for (const [pixel, theirs] of ofSlice(i).entries()) {
    apart = Math.max(apart, Math.abs(theirs - ours[pixel]))
    marked += Number(theirs > 0.5)
  }
}
console.log(
  `${path} takes [${session.inputMetadata.flatMap((input) => (input.isTensor ? input.shape : [])).join(", ")}]`
)
console.log(
  `both mark ${marked} pixels of ${slices.length} slices; no probability is further apart than ${apart.toExponential(1)}`
)
if (!(apart < 1e-4)) process.exitCode = 1
