// A folder holds one run. What that was begun with is kept beside it, so that other options are refused at once and by name.
import { existsSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { refuse } from "./plainErrors.ts"

/** What a run depends on, as the command line calls it. */
export type RunOptions = Readonly<Record<string, number | string>>

const isRun = (checkpoints: string): boolean =>
  existsSync(checkpoints) && readdirSync(checkpoints).some((name) => name.endsWith(".safetensors"))

const fileIn = (folder: string): string => join(folder, "options.json")

/** Of a file that is damaged nothing is known: the run itself is compared later. */
const readOptions = (file: string): RunOptions => {
  try {
    return { ...JSON.parse(readFileSync(file, "utf8")) }
  } catch {
    return {}
  }
}

/** Refuses a folder whose checkpoints are of a run with other options. */
export const checkSameRun = (folder: string, checkpoints: string, options: RunOptions): void => {
  if (!isRun(checkpoints) || !existsSync(fileIn(folder))) return
  const held = readOptions(fileIn(folder))
  const others = Object.entries(options)
    .filter(([name, value]) => name in held && held[name] !== value)
    .map(([name, value]) => `${name} ${held[name]}, not ${value}`)
  if (others.length === 0) return
  refuse(`${folder} holds a run with ${others.join("; ")}. Give --output FOLDER for another one, or remove ${folder}`)
}

/** Keeps what a run is begun with; of one that goes on, nothing is changed. */
export const keepOptions = (folder: string, checkpoints: string, options: RunOptions): void => {
  if (!isRun(checkpoints)) writeFileSync(fileIn(folder), `${JSON.stringify(options, null, 2)}\n`)
}

/** A cohort's folder, the same however it is written. */
export const cohortOf = (folder: string | undefined): string =>
  folder === undefined ? "synthetic patients" : realpathSync(folder)
