import { TaggedError } from "../errors.ts"

/** The learning rate of each step, counted from 0. */
export type Schedule = (step: number) => number

/** A step that a schedule has no rate for, and why. */
export class ScheduleError extends TaggedError("ScheduleError")<{
  readonly schedule: string
  /** Counted from 0. */
  readonly step: number
  readonly reason: string
}> {
  override get message() {
    return `the ${this.schedule} schedule has no rate for step ${this.step}, counted from 0: ${this.reason}`
  }
}

/** The same rate at every step. */
export const constant =
  (base: number): Schedule =>
  () =>
    base

/**
 * Polynomial decay (paper, Eq. 8): base (1 - step / total)^power.
 *
 * The paper's base is 0.05. AGPCNet's code counts iterations, so that `total` is epochs times iterations; for the paper's
 * wording, one rate an epoch, see `perEpoch`.
 *
 * @param options `total` steps; `power` is 0.9 by default
 * @throws ScheduleError from step `total` on, where the rate would be zero
 * @example
 * ```ts
 * const rate = poly(0.05, { total: 100 })
 * rate(0) // => 0.05
 * rate(50).toFixed(9) // => "0.026794337"
 * ```
 */
export const poly = (base: number, options: { readonly total: number; readonly power?: number }): Schedule => {
  const { total, power = 0.9 } = options
  return within("poly", total, (step) => base * (1 - step / total) ** power)
}

/**
 * Cosine annealing: floor + (base - floor) (1 + cos(pi step / total)) / 2.
 *
 * @param options `total` steps; `floor` is 0 by default
 * @throws ScheduleError from step `total` on
 * @see Loshchilov & Hutter, SGDR (ICLR 2017), one cycle
 */
export const cosine = (base: number, options: { readonly total: number; readonly floor?: number }): Schedule => {
  const { total, floor = 0 } = options
  return within("cosine", total, (step) => floor + ((base - floor) * (1 + Math.cos((Math.PI * step) / total))) / 2)
}

/**
 * Lets a schedule begin gently: its first `steps` rates are multiplied by 1/steps, 2/steps, ... 1. Its clock runs on
 * meanwhile.
 */
export const warmUp =
  (schedule: Schedule, options: { readonly steps: number }): Schedule =>
  (step) =>
    schedule(step) * Math.min(1, (step + 1) / options.steps)

/**
 * Holds a schedule of epochs for the iterations of each.
 *
 * @example
 * ```ts
 * const rate = perEpoch(poly(0.05, { total: 4 }), { iterations: 25 })
 * rate(24) === rate(0) // => true
 * ```
 */
export const perEpoch =
  (schedule: Schedule, options: { readonly iterations: number }): Schedule =>
  (step) =>
    schedule(Math.floor(step / options.iterations))

const within =
  (schedule: string, total: number, rate: Schedule): Schedule =>
  (step) => {
    if (step >= 0 && step < total) return rate(step)
    throw new ScheduleError({ schedule, step, reason: `it was made for ${total} steps, 0 to ${total - 1}` })
  }
