// A network of one's own, of ten lines, trained and saved by the same stages as any other.
//
//   node examples/08-your-own-network.ts [--epochs N] [--size PIXELS] [--output FOLDER]
import { concat } from "@tensorflow/tfjs-core"
import { wasm as engine } from "hepaflow/backend/wasm"
import {
  bilinear,
  conv2d,
  conv2dSpec,
  convNormRelu,
  convNormSpec,
  countParams,
  defineNetwork,
  maxPool2d
} from "hepaflow/modules"
import { iterate, run } from "hepaflow/node"
import { adam, constant, type Optimizer } from "hepaflow/optim"
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
  subset,
  train,
  WINDOWS,
  window,
  write,
  writePhantomCohort
} from "hepaflow/stages"
import { commandLine } from "./support/commandLine.ts"
import { whole } from "./support/options.ts"

/** Looks at each pixel from close by and from four times as far. Layers are declared as data; `forward` is a function of them. */
const twoDistances = ({ width }: { readonly width: number }) =>
  defineNetwork({
    name: "twoDistances",
    config: { width },
    spec: {
      near: convNormSpec({ in: 1, out: width, kernel: 3 }),
      far: convNormSpec({ in: width, out: 2 * width, kernel: 5 }),
      farther: convNormSpec({ in: 2 * width, out: 2 * width, kernel: 5 }),
      head: conv2dSpec({ in: 3 * width, out: 1, kernel: 1 })
    },
    forward: (p, x, mode) => {
      const near = convNormRelu(p.near, x, mode)
      const far = convNormRelu(p.farther, convNormRelu(p.far, maxPool2d(near, { size: 4 }), mode), mode)
      return { logits: conv2d(p.head, concat([near, bilinear(far, [x.shape[1], x.shape[2]])], 3)) }
    }
  })

const { values } = commandLine({
  epochs: { type: "string", default: "8" },
  size: { type: "string", default: "64" },
  output: { type: "string", default: "runs/own-network" }
})
const { output } = values
const epochs = whole("epochs", values.epochs)
const side = whole("size", values.size, 4)
const size = [side, side] as const
// A folder that cannot be written, or an engine that does not start, is told before anything is made.
await run(checkWritable(output), { layer: engine })

const { directory } = await run(writePhantomCohort("runs/phantom-tiny", { cases: 6, seed: 1, shape: [96, 96, 24] }))
const dataset = await run(
  load(directory).pipe(window(), slice({ size, keep: "liver" }), labelSplit("wholeLiver"), cache())
)
const [unseen, ...seen] = dataset.cases.map(({ id }) => id)

const network = twoDistances({ width: 8 })
console.log(`${network.name} has ${countParams(network.spec)} numbers to learn`)

const events = train(subset(dataset, seen), {
  network,
  epochs,
  batchSize: 4,
  optimizer: adam() as Optimizer,
  schedule: () => constant(3e-3),
  validation: subset(dataset, [unseen]),
  directory: output
})
for await (const event of iterate(events, { layer: engine, progress: true })) {
  if (event.kind === "validation") console.log(`epoch ${event.epoch}: Dice ${event.dicePooled.value.toFixed(3)}`)
}

// A folder names its network; one that is not this library's is given to whoever loads it.
const { params } = await run(loadBest(output))
const preprocessing = { window: WINDOWS.lits, size, target: "wholeLiver" } as const
await run(saveModel(`${output}/model`, { network, params, preprocessing, training: {} }, { overwrite: true }))
const model = await run(loadModel(`${output}/model`, { networks: { twoDistances } }))

const [mask] = await run(
  load(directory, { cases: [unseen], labels: "ignored" }).pipe(
    segment(model),
    write(`${output}/masks`, { as: "nifti", overwrite: true })
  ),
  { layer: engine }
)
console.log(`${mask.path} is the liver of ${unseen}, whom it has not been trained on`)
