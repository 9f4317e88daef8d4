import { agcafNet, type Network, uNet } from "hepaflow/modules"
import { uResNet } from "./uResNet.ts"

/** A network at a size, and what bench/peers calls it. */
export interface Benchmark {
  readonly title: string
  readonly network: Network
  readonly batch: number
  readonly size: number
  readonly peer: { readonly network: string; readonly options: object }
}

const benchmark = <Options extends object>(
  title: string,
  name: string,
  make: (options: Options) => Network,
  options: Options,
  batch = 4
): Benchmark => ({ title, network: make(options), batch, size: 256, peer: { network: name, options } })

/** Images of 256x256x1; at full width one at a time, as a small machine would take them. */
export const BENCHMARKS = {
  uResNetFull: benchmark("U-shaped ResNet-18 16..128", "uResNet", uResNet, { width: 16, stem: "full" }),
  uResNetStrided: benchmark("U-shaped ResNet-18 64..512, stride-2 stem", "uResNet", uResNet, {
    width: 64,
    stem: "strided"
  }),
  agcaf16: benchmark("AGCAF-Net R18 width 16", "agcafNet", agcafNet, { width: 16 }),
  agcaf64: benchmark("AGCAF-Net R18 width 64, batch 1", "agcafNet", agcafNet, { width: 64 }, 1),
  uNet16: benchmark("U-Net width 16", "uNet", uNet, { width: 16 })
} as const satisfies Record<string, Benchmark>

export type BenchmarkName = keyof typeof BENCHMARKS
