import { TARGETS, type Targets } from "../volume/sample.ts"
import { StageOptionError } from "./stageOptionError.ts"

/** Refuses an option that is none of its choices: types alone keep no one from misspelling it, as Node strips them. */
export const checkChoice = (stage: string, option: string, found: unknown, choices: ReadonlyArray<unknown>): void => {
  if (choices.includes(found)) return
  throw new StageOptionError({ stage, option, found, expected: choices.join(" or ") })
}

/** Refuses targets that are none. */
export const checkTargets = (stage: string, target: Targets): void => {
  const all: ReadonlyArray<unknown> = [target].flat()
  if (all.length === 0)
    throw new StageOptionError({ stage, option: "target", found: "empty", expected: "one target or more" })
  for (const each of all) checkChoice(stage, "target", each, TARGETS)
}
