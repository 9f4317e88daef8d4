// What an option must be, told in a line before anything is made or read.
import { existsSync, statSync } from "node:fs"
import { dirname, extname } from "node:path"
import { run } from "hepaflow/node"
import { checkWritable } from "hepaflow/stages"
import { refuse } from "./plainErrors.ts"

/** The whole number that an option is. */
export const whole = (option: string, text: string, least = 1): number => {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(value) && value >= least) return value
  return refuse(`--${option} is ${text}; it must be a whole number from ${least} on`)
}

/** The name that an option is, of those that there are. */
export const oneOf = <Name extends string>(option: string, text: string, names: ReadonlyArray<Name>): Name =>
  names.find((name) => name === text) ?? refuse(`--${option} is ${text}; it must be one of ${names.join(", ")}`)

/** Refuses what is to be read and is not there. */
export const present = (...paths: ReadonlyArray<string>): void => {
  const missing = paths.find((path) => !existsSync(path))
  if (missing !== undefined) refuse(`there is no ${missing}; check the path`)
}

/** Makes the folder of a file that is to be written, and refuses one that cannot be, or a name that promises another kind. */
export const checkOutput = async (path: string, kind?: ".png"): Promise<void> => {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    refuse(`--output is ${path}; it must be a file, not a folder`)
  const ending = extname(path)
  if (kind !== undefined && ending.toLowerCase() !== kind)
    refuse(
      `--output is ${path}, but ${kind} is what is written; give ${path.slice(0, path.length - ending.length)}${kind}`
    )
  await run(checkWritable(dirname(path)))
}
