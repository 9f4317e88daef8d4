import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { availableParallelism, loadavg } from "node:os"

export interface Rounds {
  /** Runs that do not count, before the others. */
  readonly warm: number
  readonly rounds: number
}

export const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

/** What each of some runs took, in milliseconds, those that warm up included. */
export const timesOf = async (work: () => Promise<unknown>, { warm, rounds }: Rounds): Promise<Array<number>> => {
  const times: Array<number> = []
  for (let i = 0; i < warm + rounds; i++) {
    const began = performance.now()
    await work()
    times.push(performance.now() - began)
  }
  return times
}

/** The most memory that this process ever had. Its maxrss is no measure: it begins at that of the parent. */
export const peakBytes = (): number => {
  try {
    return Number(/VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) * 1024
  } catch {
    return process.resourceUsage().maxRSS * 1024
  }
}

/** Runs a module as a program of its own, so that its memory can be told; gives the JSON that it prints. */
export const alone = <A>(module: string, ...args: ReadonlyArray<string>): A =>
  JSON.parse(
    execFileSync(process.execPath, [...process.execArgv, module, ...args], {
      stdio: ["ignore", "pipe", "inherit"],
      encoding: "utf8"
    })
  )

export const printMachine = (): void =>
  console.log(`${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}, Node ${process.versions.node}`)

/** Rows under each other, the first column to the left. */
export const printTable = (rows: ReadonlyArray<ReadonlyArray<string>>): void => {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)))
  for (const row of rows) {
    const cells = row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
    console.log(cells.join("  ").trimEnd())
  }
}

export const ms = (value: number | undefined): string => value?.toFixed(0) ?? ""
export const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

/** A figure beside the most that it should be. */
export const against = (value: number, most: number, show: (value: number) => string): string =>
  `${show(value)} (at most ${show(most)}: ${value <= most ? "met" : "missed"})`
