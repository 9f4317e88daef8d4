import { execFileSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { countParams } from "hepaflow/modules"
import type { Benchmark } from "./benchmarks.ts"

/** Milliseconds, and bytes at the most. */
export interface PyTorchTimes {
  readonly train: number
  readonly inference: number
  readonly peak: number
}

/** By the order in which maps lie in memory. */
export interface PyTorchFigures {
  readonly contiguous: PyTorchTimes
  readonly channelsLast: PyTorchTimes
}

export interface PyTorchOptions {
  /**
   * Whether it keeps the memory of its maps from step to step. It gives it back by itself, and each step takes it anew from
   * the system, which is slow on some machines. Only glibc can be told. Default false, as it comes.
   */
  readonly keepsMemory?: boolean
}

const call = (python: string, args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}): string =>
  execFileSync(python, args, {
    stdio: ["ignore", "pipe", "ignore"],
    encoding: "utf8",
    env: { ...process.env, ...env }
  }).trim()

const hasTorch = (python: string): boolean => {
  try {
    return call(python, ["-c", "import torch; print(torch.__version__)"]) !== ""
  } catch {
    return false
  }
}

/** A Python that has PyTorch; none is fine. */
export const python = ["python3", "/usr/bin/python3", "python"].find(hasTorch)

export const pyTorchRemedy = "no python3 here has torch, so there is nothing to compare with: pip install torch"

/**
 * The same network in PyTorch, each figure from a process of its own, where there is one that gets through; throws where the
 * network is not the same.
 */
export const inPyTorch = (
  { network, batch, size, peer }: Benchmark,
  options: PyTorchOptions = {}
): PyTorchFigures | undefined => {
  const found = (layout: keyof PyTorchFigures, work: "train" | "inference") => {
    const { parameters, ...figures } = measured({ ...peer, batch, size, layout, work }, options)
    const ours = countParams(network.spec)
    if (parameters !== ours) throw new Error(`${peer.network} has ${ours} parameters here and ${parameters} in PyTorch`)
    return figures
  }
  const times = (layout: keyof PyTorchFigures): PyTorchTimes => {
    const { time, peak } = found(layout, "train")
    return { train: time, inference: found(layout, "inference").time, peak }
  }
  if (python === undefined) return undefined
  try {
    return { contiguous: times("contiguous"), channelsLast: times("channelsLast") }
  } catch (error) {
    if (!isExit(error)) throw error
    console.log(`PyTorch did not get through: ${error.message.split("\n")[0]}`)
    return undefined
  }
}

/** Of a process that ended with an error. */
const isExit = (error: unknown): error is Error => error instanceof Error && "status" in error

interface Measured {
  readonly time: number
  readonly peak: number
  readonly parameters: number
}

/** See mallopt(3). */
const KEEPING = { MALLOC_MMAP_THRESHOLD_: `${2 ** 32}`, MALLOC_TRIM_THRESHOLD_: `${2 ** 36}` }

const measured = (asked: object, { keepsMemory = false }: PyTorchOptions): Measured => {
  const script = fileURLToPath(new URL("../peers/measure.py", import.meta.url))
  return JSON.parse(call(python ?? "python3", ["-B", script, JSON.stringify(asked)], keepsMemory ? KEEPING : {}))
}
