/** The compiled engine beside PyTorch and beside wasm op by op: train step, inference, first use, and memory. */
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import * as Effect from "effect/Effect"
import { agcafNet, countParams } from "hepaflow/modules"
import { BENCHMARKS, type BenchmarkName } from "./support/benchmarks.ts"
import { ENGINES, onEngine } from "./support/engineRun.ts"
import { against, alone, gigabytes, median, ms, percent, printMachine, printTable } from "./support/harness.ts"
import { inPyTorch, pyTorchRemedy, python } from "./support/pyTorch.ts"
import { trainingOf } from "./support/session.ts"

const WORKS = ["train", "inference"] as const

/** The most that a time may be beside PyTorch's with contiguous maps. */
const MOST: Record<BenchmarkName, Record<(typeof WORKS)[number], number>> = {
  uResNetFull: { train: 1.3, inference: 0.5 },
  uResNetStrided: { train: 1, inference: 0.5 },
  agcaf16: { train: 1.3, inference: 0.6 },
  agcaf64: { train: 1.3, inference: 0.6 },
  uNet16: { train: 1.3, inference: 0.6 }
}
/** The others would take minutes a step there. */
const BESIDE_WASM: ReadonlyArray<BenchmarkName> = ["uResNetFull", "agcaf16"]
const FASTER_THAN_WASM = 5
const FIRST_USE = 2000
const PEAK = 1.2e9
const STEPS = 500
const INTERVAL = 10
const GROWTH = 0.05

/** Resident bytes in the course of many steps of a small network, each time after this thread's garbage was collected. */
const endurance = Effect.gen(function* () {
  setFlagsFromString("--expose-gc")
  const collect: () => void = runInNewContext("gc")
  const step = yield* trainingOf({ network: agcafNet({ width: 8 }), batch: 2, size: 64 })
  const resident: Array<number> = []
  for (let i = 1; i <= STEPS; i++) {
    yield* step
    if (i % INTERVAL !== 0) continue
    collect()
    resident.push(process.memoryUsage.rss())
  }
  return resident
})

const compare = (name: BenchmarkName) => {
  const benchmark = BENCHMARKS[name]
  const parameters = countParams(benchmark.network.spec).toLocaleString("en")
  console.log(`\n${benchmark.title}, ${parameters} parameters, batch ${benchmark.batch}; milliseconds`)
  const compiled = onEngine(name, "compiled", { warm: 2, rounds: 7 })
  const wasm = BESIDE_WASM.includes(name) ? onEngine(name, "wasm", { warm: 1, rounds: 2 }) : undefined
  const torch = inPyTorch(benchmark)
  const keeping = inPyTorch(benchmark, { keepsMemory: true })
  const others = [
    { name: "PyTorch", figures: torch?.contiguous, asked: true },
    { name: "PyTorch, channels last", figures: torch?.channelsLast },
    { name: "PyTorch that keeps its memory", figures: keeping?.contiguous },
    { name: "the same, channels last", figures: keeping?.channelsLast },
    { name: "wasm, op by op", figures: wasm && { train: wasm.train.time, inference: wasm.inference.time } }
  ]
  const rows = others.flatMap(({ name: other, figures, asked }) => {
    if (figures === undefined) return []
    const compared = WORKS.flatMap((work) => {
      const ratio = compiled[work].time / figures[work]
      const most = MOST[name][work]
      const verdict = asked ? ` (at most ${most}: ${ratio <= most ? "met" : "missed"})` : ""
      return [ms(figures[work]), `${ratio.toFixed(2)}${verdict}`]
    })
    return [[other, ...compared]]
  })
  const { train, inference, peak } = compiled
  printTable([
    ["", "train step", "compiled /", "inference", "compiled /"],
    ["compiled", ms(train.time), "", ms(inference.time), ""],
    ...rows
  ])
  const within = (time: number) => against(time, FIRST_USE, (value) => `${ms(value)} ms`)
  console.log(`first step ${within(train.first)}, first inference ${within(inference.first)}`)
  const most = name === "uResNetFull" ? against(peak, PEAK, gigabytes) : gigabytes(peak)
  const beside = torch ? `, PyTorch ${gigabytes(torch.contiguous.peak)}` : ""
  console.log(`peak memory in training ${most}${beside}${wasm ? `, wasm ${gigabytes(wasm.peak)}` : ""}`)
  if (name === "uResNetFull" && wasm !== undefined) {
    const faster = wasm.train.time / train.time
    const verdict = faster >= FASTER_THAN_WASM ? "met" : "missed"
    console.log(`${faster.toFixed(1)} times as fast as wasm op by op (at least ${FASTER_THAN_WASM}: ${verdict})`)
  }
}

if (process.argv[2] === "endure") {
  console.log(JSON.stringify(await Effect.runPromise(Effect.provide(Effect.scoped(endurance), ENGINES.compiled))))
} else {
  printMachine()
  if (python === undefined) console.log(pyTorchRemedy)
  for (const name of Object.keys(BENCHMARKS) as Array<BenchmarkName>) compare(name)

  const resident = alone<ReadonlyArray<number>>(import.meta.filename, "endure")
  const [early, late] = [resident.slice(100 / INTERVAL, 200 / INTERVAL), resident.slice(-100 / INTERVAL)].map(median)
  console.log(
    `\nmemory over ${STEPS} steps: ${gigabytes(early)} around step 150, ${gigabytes(late)} at the end; growth ${against(late / early - 1, GROWTH, percent)}`
  )
}
