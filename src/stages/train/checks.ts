import { CheckpointError, checkNetwork, type Snapshot } from "../../training/checkpoint.ts"
import type { Dataset } from "../cache/dataset.ts"
import { TrainDataError } from "./trainError.ts"
import { ratesOf, type TrainPlan } from "./trainOptions.ts"

/**
 * Looks at what is known of the samples before any is read.
 *
 * @throws TrainDataError for sets that teach nothing
 */
export const checkData = (dataset: Dataset, plan: TrainPlan): void => {
  const { validation, monitor } = plan
  checkSet("training", dataset, true)
  if (validation !== undefined) checkSet("validation", validation, monitor !== "loss")
  checkTargets("training", dataset, plan)
  if (validation !== undefined) checkTargets("validation", validation, plan)
}

const checkSet = (set: "training" | "validation", { info }: Dataset, needsPositives: boolean): void => {
  if (info.length === 0) {
    throw new TrainDataError({ set, reason: "is empty; look at the split, and at what the stages before keep" })
  }
  if (needsPositives && info.every(({ marked }) => marked === 0)) {
    const reason = `has no mask that marks a single pixel of ${[info[0].target].flat().join(" or ")}; check the target and the labels`
    throw new TrainDataError({ set, reason })
  }
}

const checkTargets = (set: "training" | "validation", { info }: Dataset, { targets }: TrainPlan): void => {
  const other = info.find(({ target }) => String(target) !== String(targets))
  if (other === undefined) return
  const reason = `has masks of ${other.target} (case ${other.caseId}) where others are of ${targets}; split labels one way`
  throw new TrainDataError({ set, reason })
}

/**
 * Looks at the learning rate of every step from this one on: one that there is not is better told now than hours later.
 *
 * @throws ScheduleError
 */
export const checkRates = ({ rate, steps }: TrainPlan, from: number): void => {
  for (let step = from; step < steps; step++) rate(step)
}

/**
 * Checks that a run with this plan goes on where a checkpoint was left. What the checkpoint does not say is taken to fit.
 *
 * @throws CheckpointError where the network, or an option that the bits depend on, is another
 */
export const checkResumable = (snapshot: Snapshot, plan: TrainPlan, file: string): void => {
  checkNetwork(snapshot, plan.network, file)
  const found: Readonly<Record<string, unknown>> = { seed: snapshot.position.seed, ...snapshot.settings }
  // Epochs may be raised: what a schedule makes of as many steps as there were to be must be the same.
  const { steps = plan.steps } = (found.schedule ?? {}) as { readonly steps?: number }
  const expected = { seed: plan.seed, ...plan.settings, schedule: ratesOf(plan.schedule, steps) }
  const others = Object.entries(expected).flatMap(([option, value]) =>
    // As a file holds it, which the other one comes from.
    option in found ? differences(option, found[option], JSON.parse(JSON.stringify(value))) : []
  )
  if (others.length === 0) return
  throw new CheckpointError({ file, kind: "foreign", reason: `it was made with ${others.join(", and ")}` })
}

/** How an option differs, in words; where it has the same parts, only those that do. */
const differences = (option: string, found: unknown, expected: unknown): ReadonlyArray<string> => {
  const [a, b] = [found, expected].map((each) => JSON.stringify(each))
  if (a === b) return []
  if (!isRecord(found) || !isRecord(expected) || partsOf(found) !== partsOf(expected))
    return [`${option} ${a}, not ${b}`]
  return Object.keys(found).flatMap((part) => differences(`${option} ${part}`, found[part], expected[part]))
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const partsOf = (value: object): string => Object.keys(value).sort().join()
