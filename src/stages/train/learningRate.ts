import * as Effect from "effect/Effect"
import { inLine } from "../../errors.ts"
import { type Schedule, ScheduleError } from "../../optim/schedule.ts"
import { StageOptionError } from "../stageOptionError.ts"

/**
 * The learning rate of each of so many steps by a schedule that may be the user's own: whatever it does but give a rate is
 * thrown as a `ScheduleError`.
 *
 * @throws StageOptionError for what makes no schedule
 */
export const learningRateOf = (schedule: (steps: number) => Schedule, steps: number): Schedule => {
  const rate = make(schedule, steps)
  return (step) => {
    const none = (reason: string, cause?: unknown) => new ScheduleError({ schedule: "training", step, reason, cause })
    let found: number
    try {
      found = rate(step)
    } catch (cause) {
      throw cause instanceof ScheduleError ? cause : none(inLine(cause), cause)
    }
    if (Number.isFinite(found) && found >= 0) return found
    throw none(`it gives ${String(found)}, which is no finite number of 0 or more`)
  }
}

/** The rate of one step, as a plan has it. */
export const rateAt = ({ rate }: { readonly rate: Schedule }, step: number): Effect.Effect<number, ScheduleError> =>
  Effect.try({ try: () => rate(step), catch: (error) => error as ScheduleError })

const make = (schedule: (steps: number) => Schedule, steps: number): Schedule => {
  const refused = (found: string, cause?: unknown) => {
    const expected = "a function of the steps that there will be, which gives a function of the step"
    return new StageOptionError({ stage: "train", option: "schedule", found, expected, cause })
  }
  let made: Schedule
  try {
    made = schedule(steps)
  } catch (cause) {
    throw refused(`one that fails for ${steps} steps (${inLine(cause)})`, cause)
  }
  if (typeof made !== "function") throw refused(`one that gives ${String(made)} for ${steps} steps`)
  return made
}
