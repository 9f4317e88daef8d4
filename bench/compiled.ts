/** The compiled engine beside PyTorch and beside wasm op by op: train step, inference, first use, and memory. */
import * as Effect from "effect/Effect"
import { agcafNet, countParams } from "hepaflow/modules"
import { BENCHMARKS, type BenchmarkName } from "./support/benchmarks.ts"
import { ENGINES, type EngineFigures, onEngine } from "./support/engineRun.ts"
import { against, alone, gigabytes, median, ms, percent, printMachine, printTable } from "./support/harness.ts"
import { inPyTorch, pyTorchRemedy, python } from "./support/pyTorch.ts"
import { trainingOf } from "./support/session.ts"

/** The most that a time may be beside PyTorch's with contiguous maps. */
const MOST: Record<BenchmarkName, Record<"train" | "inference", number>> = {
  uResNetFull: { train: 1.3, inference: 0.5 },
  uResNetStrided: { train: 1, inference: 0.5 },
  agcaf16: { train: 1.3, inference: 0.6 },
  agcaf64: { train: 1.3, inference: 0.6 },
  uNet16: { train: 1.3, inference: 0.6 }
}
const FASTER_THAN_WASM = 5
const FIRST_USE = 2000
const PEAK = 1.2e9
const STEPS = 500
const GROWTH = 0.05

/** Resident bytes after each of many steps of a small network. */
const endurance = Effect.gen(function* () {
  const step = yield* trainingOf({ network: agcafNet({ width: 8 }), batch: 2, size: 64 })
  const resident: Array<number> = []
  for (let i = 0; i < STEPS; i++) {
    yield* step
    resident.push(process.memoryUsage.rss())
  }
  return resident
})

const compare = (name: BenchmarkName) => {
  const benchmark = BENCHMARKS[name]
  const compiled = onEngine(name, "compiled", { warm: 2, rounds: 7 })
  const torch = inPyTorch(benchmark)
  const wasm = onEngine(name, "wasm", { warm: 1, rounds: 2 })
  const row = (what: "train" | "inference") => {
    const { time } = compiled[what]
    const than = (other: number | undefined) => (other === undefined ? "" : (time / other).toFixed(2))
    const ratio = torch && time / torch.contiguous[what]
    const verdict = ratio === undefined ? "" : ratio <= MOST[name][what] ? "met" : "missed"
    return [
      `${benchmark.title}, ${what}`,
      ms(time),
      torch ? ms(torch.contiguous[what]) : "",
      torch ? ms(torch.channelsLast[what]) : "",
      ms(wasm[what].time),
      than(torch?.contiguous[what]),
      `${MOST[name][what]} ${verdict}`,
      than(torch?.channelsLast[what]),
      (wasm[what].time / time).toFixed(1)
    ]
  }
  return { name, compiled, wasm, torch, rows: [row("train"), row("inference")] }
}

const firstUse = ({ train, inference }: EngineFigures) =>
  `step ${against(train.first, FIRST_USE, (time) => `${ms(time)} ms`)}, inference ${against(inference.first, FIRST_USE, (time) => `${ms(time)} ms`)}`

if (process.argv[2] === "endure") {
  console.log(JSON.stringify(await Effect.runPromise(Effect.provide(Effect.scoped(endurance), ENGINES.compiled))))
} else {
  printMachine()
  if (python === undefined) console.log(pyTorchRemedy)
  const compared = (Object.keys(BENCHMARKS) as Array<BenchmarkName>).map(compare)
  const parameters = Object.values(BENCHMARKS).map(({ network }) => countParams(network.spec).toLocaleString("en"))
  console.log(`milliseconds, the median; parameters: ${parameters.join("; ")}`)
  printTable([
    ["", "compiled", "PyTorch", "ch. last", "wasm", "/ PyTorch", "at most", "/ ch. last", "wasm /"],
    ...compared.flatMap(({ rows }) => rows)
  ])

  const [full] = compared
  const faster = full.wasm.train.time / full.compiled.train.time
  console.log(
    `${BENCHMARKS.uResNetFull.title}: ${faster.toFixed(1)} times as fast as wasm op by op (at least ${FASTER_THAN_WASM}: ${faster >= FASTER_THAN_WASM ? "met" : "missed"})`
  )
  for (const { name, compiled, torch } of compared) {
    const beside = torch ? `, PyTorch ${gigabytes(torch.contiguous.peak)}` : ""
    console.log(`${BENCHMARKS[name].title}: first ${firstUse(compiled)}`)
    const most = name === "uResNetFull" ? against(compiled.peak, PEAK, gigabytes) : gigabytes(compiled.peak)
    console.log(`  peak memory in training ${most}${beside}`)
  }

  const resident = alone<ReadonlyArray<number>>(import.meta.filename, "endure")
  const [early, late] = [resident.slice(100, 200), resident.slice(-100)].map(median)
  console.log(
    `memory over ${STEPS} steps: ${gigabytes(early)} around step 150, ${gigabytes(late)} at the end; growth ${against(late / early - 1, GROWTH, percent)}`
  )
}
