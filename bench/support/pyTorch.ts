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

export interface PyTorchFigures {
  readonly version: string
  readonly parameters: number
  readonly contiguous: PyTorchTimes
  readonly channelsLast: PyTorchTimes
}

const call = (python: string, ...args: ReadonlyArray<string>): string =>
  execFileSync(python, args, { stdio: ["ignore", "pipe", "ignore"], encoding: "utf8" }).trim()

const hasTorch = (python: string): boolean => {
  try {
    return call(python, "-c", "import torch; print(torch.__version__)") !== ""
  } catch {
    return false
  }
}

/** A Python that has PyTorch; none is fine. */
export const python = ["python3", "/usr/bin/python3", "python"].find(hasTorch)

export const pyTorchRemedy = "no python3 here has torch, so there is nothing to compare with: pip install torch"

/** The same network in PyTorch, where there is one that gets through; throws where it is not the same. */
export const inPyTorch = ({ network, batch, size, peer }: Benchmark): PyTorchFigures | undefined => {
  const figures = measured(JSON.stringify({ ...peer, batch, size }))
  const ours = countParams(network.spec)
  if (figures !== undefined && figures.parameters !== ours) {
    throw new Error(`${peer.network} has ${ours} parameters here and ${figures.parameters} in PyTorch`)
  }
  return figures
}

const measured = (asked: string): PyTorchFigures | undefined => {
  if (python === undefined) return undefined
  try {
    return JSON.parse(call(python, "-B", fileURLToPath(new URL("../peers/measure.py", import.meta.url)), asked))
  } catch (error) {
    console.log(`PyTorch did not get through: ${error instanceof Error ? error.message.split("\n")[0] : error}`)
    return undefined
  }
}
