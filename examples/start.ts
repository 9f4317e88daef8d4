// The whole of it: CTs in; a trained network, masks, scores and a report out.
//
//   npm start -- [--data FOLDER] [--help]
import { readFileSync, statSync } from "node:fs"
import { parseArgs } from "node:util"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Backend } from "hepaflow/backend"
import { cpu } from "hepaflow/backend/cpu"
import { wasm } from "hepaflow/backend/wasm"
import { agcafNet } from "hepaflow/modules"
import { compiled, run, tensorflow, webgpu } from "hepaflow/node"
import { metricOf, type Protocol, quickProtocol, trainAndScore, writeRunReport } from "hepaflow/pipelines"
import { toMarkdown } from "hepaflow/report"
import { checkWritable, scoreTables, writePhantomCohort } from "hepaflow/stages"
import "./support/goesOn.ts"
import { oneOf, present, whole } from "./support/options.ts"
import { refuse } from "./support/plainErrors.ts"
import { checkSameRun, cohortOf, keepOptions } from "./support/sameRun.ts"

const ENGINES = { compiled, wasm, cpu, tensorflow, webgpu }
/** In a few minutes an engine that works op by op gets no farther. */
const FEWER_EPOCHS = 7
/** The network's ratios ask for a multiple of it. */
const WIDTH_STEP = 8
const HELP = `npm start -- [options]
  --data FOLDER       a cohort in LiTS or Decathlon layout (default: 20 synthetic patients)
  --target NAME       tumor, liver or wholeLiver (default tumor)
  --engine NAME       ${Object.keys(ENGINES).join(", ")} (default compiled)
  --width N           channels of the first stage, a multiple of ${WIDTH_STEP} (default 8)
  --size N            pixels of a side (default ${quickProtocol.size.join(" x ")})
  --epochs N          (default ${quickProtocol.epochs}, or ${FEWER_EPOCHS} on an engine that works op by op)
  --seed N            of everything random, the synthetic patients too (default 7)
  --cases N           at most so many cases, from 3 on
  --output FOLDER     where everything goes, of one run (default runs/start)`

const misused = (reason: string): never => {
  console.error(`${reason}\n\n${HELP}`)
  return process.exit(2)
}

const given = () => {
  try {
    return parseArgs({
      options: {
        data: { type: "string" },
        target: { type: "string", default: "tumor" },
        engine: { type: "string", default: "compiled" },
        width: { type: "string", default: "8" },
        size: { type: "string" },
        epochs: { type: "string" },
        seed: { type: "string", default: "7" },
        cases: { type: "string" },
        output: { type: "string", default: "runs/start" },
        help: { type: "boolean", default: false }
      }
    }).values
  } catch (error) {
    return misused((error as Error).message)
  }
}
const values = given()
if (values.help) {
  console.log(HELP)
  process.exit()
}

/** When the result was made that is there, if one is. */
const madeAt = (output: string) => statSync(`${output}/result.json`, { throwIfNoEntry: false })?.mtimeMs

/** The epochs of the run that is there, if one is: it goes on, or is done, on whatever engine. */
const epochsAt = (output: string): number | undefined => {
  try {
    return JSON.parse(readFileSync(`${output}/run.json`, "utf8")).protocol.epochs
  } catch {
    return undefined
  }
}

const { output } = values
const epochs = values.epochs === undefined ? epochsAt(output) : whole("epochs", values.epochs)
const seed = whole("seed", values.seed, 0)
const side = values.size === undefined ? undefined : whole("size", values.size)
// One to train on at least, one to validate and one to test on.
const limit = values.cases === undefined ? undefined : whole("cases", values.cases, 3)
if (values.data !== undefined) present(values.data)
const protocol: Omit<Protocol, "epochs"> = {
  ...quickProtocol,
  size: side === undefined ? quickProtocol.size : [side, side],
  target: oneOf("target", values.target, ["tumor", "liver", "wholeLiver"]),
  seed
}
const engine = ENGINES[oneOf("engine", values.engine, Object.keys(ENGINES) as Array<keyof typeof ENGINES>)]
const layer = Layer.tap(engine, (started) =>
  Effect.sync(() => console.error(`engine: ${Context.get(started, Backend).description}`))
)
const width = whole("width", values.width)
if (width % WIDTH_STEP !== 0) refuse(`--width is ${width}; it must be a multiple of ${WIDTH_STEP}`)
// The paper's four scales are for maps three times as large.
const network = agcafNet({ width, scales: [4, 2], auxiliary: true })
network.check([protocol.batchSize, ...protocol.size, 1])

const phantoms = { cases: limit ?? 20, seed, shape: [256, 256, 48] } as const
// The engine is none of these: a run goes on with any.
const options = {
  "--data": cohortOf(values.data),
  "--cases": limit ?? (values.data === undefined ? phantoms.cases : "all"),
  "--target": protocol.target,
  "--width": width,
  "--size": protocol.size[0],
  "--seed": seed
}
const checkpoints = `${output}/checkpoints`
checkSameRun(output, checkpoints, { ...options, ...(epochs !== undefined && { "--epochs": epochs }) })
const before = madeAt(output)
// A size, an engine or a folder that will not do is told before phantoms are made: the engine starts before all of this.
const trained = Effect.gen(function* () {
  yield* checkWritable(output)
  const cohort =
    values.data ?? (yield* writePhantomCohort(`runs/phantom-${phantoms.cases}-seed${seed}`, phantoms)).directory
  // Where ONNX Runtime does not start, another engine has taken over.
  const usual = (yield* Backend).name === "compiled" ? quickProtocol.epochs : FEWER_EPOCHS
  const decided = { ...protocol, epochs: epochs ?? usual }
  keepOptions(output, checkpoints, { ...options, "--epochs": decided.epochs })
  const result = yield* trainAndScore(cohort, decided, network, {
    directory: output,
    keep: { model: true, masks: true, checkpoints: true },
    load: { onFailure: "skip", ...(limit !== undefined && { limit }) }
  })
  return { cohort, result }
})
const { cohort, result } = await run(trained, { layer, progress: true })
const data = values.data === undefined ? "the synthetic cohort" : values.data
if (before !== undefined && before === madeAt(output))
  console.log(`${output} was finished before; nothing is computed anew`)
const dice = metricOf(result.metrics, { of: "volumes", metric: "Dice", aggregation: "pooled" })
console.log(`\n${toMarkdown(scoreTables(result.cases.map(({ volume }) => volume)).cases)}`)
console.log(
  `Dice of ${protocol.target} on unseen patients (${result.split.test.length}), pooled: ${dice?.value.toFixed(3)}\n`
)

const report = await run(writeRunReport(result, cohort, { directory: output, data }), { progress: true })
console.log(`${report}  shows it all; ${output}/ has the model, masks, scores, curves and pictures.`)
