import type { Aggregation } from "../../metrics/aggregate.ts"
import type { Compared } from "../../report/comparison.ts"
import { agcafProtocol } from "../protocol.ts"
import type { Outcome } from "../study/runStudy.ts"
import type { VariantSummary } from "../study/summarize.ts"
import { measuredPatients, unitsInWords } from "./emptyMasks.ts"

/** Of the images that the paper's networks see. */
const PAPER_SIZE = agcafProtocol.size

const MILLIMETERS =
  "In mm ASD is measured in volumes, patient by patient, so there is no pooled one; and the paper says neither the unit of its own " +
  "nor how it is aggregated. Nothing is subtracted."

/**
 * What must be known of an ASD beside the paper's: of how many images and patients it is, and, where it is not to be subtracted,
 * why. Of other metrics there is nothing to say.
 *
 * @param summaries of the study; those of the figure are among them
 */
export const paperDistance = (
  { metric, ours, unit, variant }: Compared,
  outcomes: ReadonlyArray<Outcome>,
  summaries: ReadonlyArray<VariantSummary>,
  against: Aggregation
): Pick<Compared, "values" | "incomparable"> => {
  const found = (of: VariantSummary["of"], aggregation: Aggregation) =>
    summaries.find(
      (each) => each.variant === variant && each.metric === "ASD" && each.of === of && each.aggregation === aggregation
    )
  if (metric !== "ASD" || unit === undefined) return {}
  if (unit === "mm") {
    const cases = found("volumes", "perCase")
    const values = cases && (measuredPatients(outcomes, cases) ?? unitsInWords(cases.units, "patients"))
    return { ...(values && { values }), ...(ours[against] === undefined && { incomparable: MILLIMETERS }) }
  }
  // An image without a target has no distance, whatever is marked.
  const images = found("tumorImages", "pooled")
  const cases = found("images", "perCase")
  const values = [
    ...(images === undefined ? [] : [unitsInWords(images.units, "images with a target")]),
    ...(cases === undefined ? [] : [unitsInWords(cases.units, "patients")])
  ].join(", ")
  const size = outcomes.find(({ cell }) => cell.variant === variant)?.cell.protocol.size ?? PAPER_SIZE
  if (size.every((side, i) => side === PAPER_SIZE[i])) return { values }
  const sizes = [size, PAPER_SIZE].map((each) => each.join(" x "))
  return {
    values,
    incomparable: `In pixels of images of ${sizes[0]}; the paper's have ${sizes[1]}, so nothing is subtracted.`
  }
}
