import { type Confusion, mergeConfusion } from "./confusion.ts"
import { type EmptyRule, type EmptyRuleOption, emptyRuleOf } from "./emptyRule.ts"
import { MetricsError } from "./mask.ts"
import { mergeSurfaceDistances, type SurfaceDistances } from "./surfaceDistances.ts"

/** What was measured of one pair of masks, and of which: a case, a slice of it, or a lesion of it. */
export interface Unit<M extends Confusion | SurfaceDistances> {
  readonly caseId: string
  readonly slice?: number
  readonly lesion?: number
  readonly measured: M
}

/**
 * How many units become one number. `pooled`: the metric of everything together, as AGPCNet's and the paper's Table 1.
 * `perCase`: of each case, its units merged; then the mean. `perSlice`, `perLesion`: of each unit; then the mean.
 */
export type Aggregation = "pooled" | "perCase" | "perSlice" | "perLesion"

/** A number with everything that one must know to compare it. */
export interface Summary {
  /** NaN where nothing is left to take it from. */
  readonly value: number
  readonly aggregation: Aggregation
  /** Name of the rule for empty masks. */
  readonly empty: string
  /** How many values the number is the mean of; for `pooled`, how many units were merged. */
  readonly count: number
  /** How many were left out by the rule for empty masks. */
  readonly excluded: number
  /** How many had no value of their own, whatever the rule made of them. */
  readonly undefinedValues: number
}

export interface AggregateOptions {
  readonly aggregation: Aggregation
  readonly empty: EmptyRuleOption
}

/**
 * One number for a cohort: a metric of its counts or distances, under a named aggregation and a named rule for empty masks.
 * The order of the units does not matter, not even to the last bit.
 *
 * @throws MetricsError for a unit given twice, or without the slice or lesion that the aggregation is over, and for an
 * aggregation or a rule of another name
 * @example
 * ```ts
 * const units = [
 *   { caseId: "a", measured: { tp: 8, fp: 2, fn: 2, tn: 88 } },
 *   { caseId: "b", measured: { tp: 0, fp: 0, fn: 0, tn: 100 } }
 * ]
 * aggregate(units, dice, { aggregation: "perCase", empty: "exclude" })
 * // => { value: 0.8, aggregation: "perCase", empty: "exclude", count: 1, excluded: 1, undefinedValues: 1 }
 * ```
 */
export const aggregate = <M extends Confusion | SurfaceDistances>(
  units: ReadonlyArray<Unit<M>>,
  metric: (measured: M) => number,
  { aggregation, empty }: AggregateOptions
): Summary => {
  const ordered = inOrder(units)
  const rule = emptyRuleOf(empty)
  if (!AGGREGATIONS.includes(aggregation)) {
    throw new MetricsError({ what: `aggregation "${aggregation}"`, reason: `known are ${AGGREGATIONS.join(", ")}` })
  }
  if (aggregation === "pooled") return pooled(ordered, metric, rule)
  const values = groups(ordered, aggregation).map((measured) => valued(measured, metric(measured), rule))
  return { ...meanOf(values, rule), aggregation }
}

const AGGREGATIONS: ReadonlyArray<Aggregation> = ["pooled", "perCase", "perSlice", "perLesion"]

/** A value where a rule may have to stand in for it. */
interface Valued {
  readonly value: number | "exclude"
  readonly undefinedValue: boolean
}

const meanOf = (values: ReadonlyArray<Valued>, rule: EmptyRule): Omit<Summary, "aggregation"> => {
  const kept = values.flatMap(({ value }) => (value === "exclude" ? [] : [value]))
  return {
    value: kept.reduce((sum, value) => sum + value, 0) / kept.length,
    empty: rule.name,
    count: kept.length,
    excluded: values.length - kept.length,
    undefinedValues: values.filter(({ undefinedValue }) => undefinedValue).length
  }
}

const pooled = <M extends Confusion | SurfaceDistances>(
  units: ReadonlyArray<Unit<M>>,
  metric: (measured: M) => number,
  rule: EmptyRule
): Summary => {
  const kept = units.filter(({ measured }) => !(rule.onlyWithReference && isEmpty(measured).reference))
  const undefinedValues = units.filter(({ measured }) => Number.isNaN(metric(measured))).length
  if (kept.length === 0) {
    return {
      value: Number.NaN,
      aggregation: "pooled",
      empty: rule.name,
      count: 0,
      excluded: units.length,
      undefinedValues
    }
  }
  const all = merge(kept.map(({ measured }) => measured))
  const { value } = valued(all, metric(all), rule)
  return {
    value: value === "exclude" ? Number.NaN : value,
    aggregation: "pooled",
    empty: rule.name,
    count: kept.length,
    excluded: units.length - kept.length,
    undefinedValues
  }
}

const valued = <M extends Confusion | SurfaceDistances>(measured: M, value: number, rule: EmptyRule): Valued => {
  const undefinedValue = Number.isNaN(value)
  const empty = isEmpty(measured)
  if (rule.onlyWithReference && empty.reference) return { value: "exclude", undefinedValue }
  if (!undefinedValue) return { value, undefinedValue }
  return { value: empty.reference && empty.prediction ? rule.bothEmpty : rule.oneEmpty, undefinedValue }
}

const isEmpty = (measured: Confusion | SurfaceDistances) =>
  "tp" in measured
    ? { reference: measured.tp + measured.fn === 0, prediction: measured.tp + measured.fp === 0 }
    : {
        reference: measured.fromReference.distances.length === 0,
        prediction: measured.fromPrediction.distances.length === 0
      }

const merge = <M extends Confusion | SurfaceDistances>(parts: ReadonlyArray<M>): M => {
  if (parts.length === 1) return parts[0]
  const counts = parts.filter((part): part is M & Confusion => "tp" in part)
  const distances = parts.filter((part): part is M & SurfaceDistances => !("tp" in part))
  // The units are of one kind, and so is what they merge to.
  return (distances.length === 0 ? mergeConfusion(counts) : mergeSurfaceDistances(distances)) as M
}

const groups = <M extends Confusion | SurfaceDistances>(
  units: ReadonlyArray<Unit<M>>,
  aggregation: Exclude<Aggregation, "pooled">
): ReadonlyArray<M> => {
  if (aggregation === "perCase") {
    const cases = new Map<string, Array<M>>()
    for (const { caseId, measured } of units) {
      const known = cases.get(caseId)
      if (known === undefined) cases.set(caseId, [measured])
      else known.push(measured)
    }
    return [...cases.values()].map(merge)
  }
  const part = aggregation === "perSlice" ? "slice" : "lesion"
  return units.map((unit) => {
    if (unit[part] === undefined) {
      throw new MetricsError({
        what: `${aggregation} over ${unit.caseId}`,
        reason: `it was measured without its \`${part}\``
      })
    }
    return unit.measured
  })
}

const inOrder = <M extends Confusion | SurfaceDistances>(units: ReadonlyArray<Unit<M>>): ReadonlyArray<Unit<M>> => {
  const place = ({ slice = -1, lesion = -1 }: Unit<M>) => [slice, lesion]
  const compare = (a: Unit<M>, b: Unit<M>) => {
    if (a.caseId !== b.caseId) return a.caseId < b.caseId ? -1 : 1
    const [sliceA, lesionA] = place(a)
    const [sliceB, lesionB] = place(b)
    return sliceA - sliceB || lesionA - lesionB
  }
  const ordered = [...units].sort(compare)
  for (let i = 1; i < ordered.length; i++) {
    if (compare(ordered[i - 1], ordered[i]) === 0) {
      const { caseId, slice, lesion } = ordered[i]
      const of = [
        caseId,
        ...(slice === undefined ? [] : [`slice ${slice}`]),
        ...(lesion === undefined ? [] : [`lesion ${lesion}`])
      ]
      throw new MetricsError({ what: of.join(", "), reason: "it was measured twice: give each unit once" })
    }
  }
  return ordered
}
