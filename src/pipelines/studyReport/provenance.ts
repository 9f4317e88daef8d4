import * as Effect from "effect/Effect"
import type { LayoutError } from "../../stages/caseFiles.ts"
import type { FileError, Files } from "../../stages/files.ts"
import { isPhantomFolder } from "../../stages/phantom.ts"
import type { Protocol } from "../protocol.ts"
import type { Scale } from "../scale.ts"
import type { Outcome } from "../study/runStudy.ts"
import type { CohortFacts, CohortSource } from "../surveyCohort.ts"
import { caseFilesOf } from "../testSlices.ts"
import { some } from "./studyWords.ts"

/** What figures were made on, and at which scale, if at one of the three. Whatever shows them says so, that phantoms are never taken for patients. */
export interface Provenance {
  /** Such as the name of the folder, without those above it. */
  readonly name: string
  readonly cases: number
  /** How many of the cases are synthetic patients of this library. */
  readonly phantoms: number
  /** Of the ready-made studies; a study of one's own need have none. */
  readonly scale?: Scale
}

/**
 * The provenance of a cohort. Phantoms are known wherever they lie and whatever they are called: their files say so, and so does
 * the `cohort.json` of `writePhantomCohort` of all that lies beside it.
 *
 * @example
 * ```ts
 * inWords(await run(provenanceOf("lits/", facts, "paper"))) // the 131 cases of "lits", at scale paper
 * ```
 */
export const provenanceOf = Effect.fnUntraced(function* (
  source: CohortSource,
  { cases }: Pick<CohortFacts, "cases">,
  scale?: Scale
): Effect.fn.Return<Provenance, FileError | LayoutError, Files> {
  const files = yield* caseFilesOf(source)
  const made = new Map<string, boolean>()
  for (const { image } of files.values()) {
    const folder = folderOf(image)
    if (!made.has(folder)) made.set(folder, yield* isPhantomFolder(folder))
  }
  const phantoms = cases.filter(({ id, phantom }) => phantom || made.get(folderOf(files.get(id)?.image ?? "")))
  const name =
    typeof source === "string"
      ? (source.split(/[/\\]/).findLast((part) => part !== "" && part !== ".") ?? source)
      : "files given one by one"
  return { name, cases: cases.length, phantoms: phantoms.length, ...(scale && { scale }) }
})

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/") + 1)

/**
 * As it stands beside figures and in captions.
 *
 * @example
 * ```ts
 * inWords({ name: "phantoms-small", cases: 30, phantoms: 30, scale: "small" }) // => "30 phantoms, at scale small"
 * ```
 */
export const inWords = (provenance: Provenance): string => {
  const { scale } = provenance
  return `${dataInWords(provenance)}${scale === undefined ? "" : `, at scale ${scale}`}`
}

/** Without the scale. */
export const dataInWords = ({ cases, name, phantoms }: Provenance): string => {
  if (phantoms > 0 && phantoms === cases) return some(phantoms, "phantom")
  const among = phantoms === 0 ? "" : `, ${phantoms} of them ${phantoms === 1 ? "a phantom" : "phantoms"}`
  return `the ${some(cases, "case")} of "${name}"${among}`
}

/** What a reader must know before the first figure, in two paragraphs. */
export const noticeOf = (provenance: Provenance, outcomes: ReadonlyArray<Pick<Outcome, "cell">>): string => {
  const { phantoms, scale } = provenance
  const made =
    phantoms > 0
      ? "Phantoms are synthetic patients that come with this library: none of our figures are of LiTS. The paper's figures are; they are " +
        "shown for comparison only. What is better on phantoms need not be better on patients."
      : "The paper's figures, where shown, are of the 131 cases of LiTS. Ours are of the same data only if these are the same cases."
  const at = settingsInWords(outcomes.map(({ cell }) => cell.protocol))
  const how = scale === undefined ? at.map((text) => `Protocol: ${text}.`) : [SCALE_NOTICES[scale](at)]
  return [`Made on ${dataInWords(provenance)}. ${made}`, ...how].join("\n\n")
}

/** Sizes and epochs, of all the protocols: "30 x 30 or 32 x 32 pixels, 1 epoch". */
const settingsInWords = (protocols: ReadonlyArray<Pick<Protocol, "epochs" | "size">>): ReadonlyArray<string> => {
  const sizes = [...new Set(protocols.map(({ size }) => size.join(" x ")))]
  const epochs = [...new Set(protocols.map(({ epochs }) => epochs))]
  if (protocols.length === 0) return []
  return [
    `${sizes.join(" or ")} pixels, ${epochs
      .slice(0, -1)
      .map((n) => `${n} or `)
      .join("")}${some(epochs[epochs.length - 1], "epoch")}`
  ]
}

const SCALE_NOTICES: Readonly<Record<Scale, (at: ReadonlyArray<string>) => string>> = {
  smoke: (at) =>
    `Scale smoke (${[...at, "narrow networks"].join(", ")}) shows that everything runs, and nothing else: no network learns anything in it.`,
  small: (at) =>
    `Scale small: ${[...at, "narrow networks"].join(", ")}. The paper has 256 x 256 pixels and networks of full width.`,
  paper: (at) =>
    `Scale paper: ${[...at, "networks of full width"].join(", ")}. Where the paper leaves a setting open, ours is listed under "Settings and files".`
}
