import { MetricsError } from "./mask.ts"

/**
 * What a case counts as where a metric has no value: 0/0, or no surface to measure to. A number stands in for it;
 * `"exclude"` leaves the case out of the mean, and the result says how many were.
 */
export interface EmptyRule {
  /** What reports call it. */
  readonly name: string
  /** Both masks are empty. */
  readonly bothEmpty: number | "exclude"
  /** A metric has no value for another reason: mostly that one mask is empty. */
  readonly oneEmpty: number | "exclude"
  /** Leaves out every case whose reference is empty, whatever its value: the mean over cases that have a tumour. */
  readonly onlyWithReference?: boolean
}

const rule = (name: string, bothEmpty: EmptyRule["bothEmpty"], oneEmpty = bothEmpty): EmptyRule => ({
  name,
  bothEmpty,
  oneEmpty
})

/**
 * The rules in use, by name. They bear on values that do not exist: Dice is 0, and no rule changes it, where only one mask
 * is empty.
 */
export const emptyRules = {
  /** Undefined values are left out (nnU-Net). */
  exclude: rule("exclude", "exclude"),
  /** The mean over cases whose reference is not empty (MONAI). */
  onlyWithReference: { ...rule("onlyWithReference", "exclude"), onlyWithReference: true },
  /** 1 where both masks are empty, else 0: the challenge's rule for Dice per case, for overlaps and rates. */
  lits: rule("lits", 1, 0),
  /** 0, as AGPCNet's and plastimatch's: a right answer to an empty image counts as a wrong one. */
  zero: rule("zero", 0),
  /** 9001, the penalty (mm) of the LiTS scorer for a distance to nothing; 0 where there is nothing to be far from. */
  penalty9001: rule("penalty9001", 0, 9001)
} as const satisfies Readonly<Record<string, EmptyRule>>

/** A rule, or the name of one of `emptyRules`. */
export type EmptyRuleOption = EmptyRule | keyof typeof emptyRules

/**
 * The rule that an option names.
 *
 * @throws MetricsError for a name that is none of them
 */
export const emptyRuleOf = (option: EmptyRuleOption): EmptyRule => {
  if (typeof option !== "string") return option
  if (Object.hasOwn(emptyRules, option)) return emptyRules[option]
  const names = Object.keys(emptyRules).join(", ")
  throw new MetricsError({ what: `rule "${option}" for empty masks`, reason: `known are ${names}` })
}
