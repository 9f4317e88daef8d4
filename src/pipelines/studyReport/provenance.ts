import * as Effect from "effect/Effect"
import type { LayoutError } from "../../stages/caseFiles.ts"
import type { FileError, Files } from "../../stages/files.ts"
import { isPhantomFolder } from "../../stages/phantom.ts"
import type { Protocol } from "../protocol.ts"
import type { Scale } from "../scale.ts"
import type { CohortFacts, CohortSource } from "../surveyCohort.ts"
import { caseFilesOf } from "../testSlices.ts"

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
  if (phantoms === 0) return `the ${cases} cases of "${name}"`
  return phantoms === cases ? `${cases} phantoms` : `the ${cases} cases of "${name}", ${phantoms} of them phantoms`
}

/** What a reader must know before the first figure, in two paragraphs. */
export const noticeOf = (provenance: Provenance, { epochs, size }: Pick<Protocol, "epochs" | "size">): string => {
  const { phantoms, scale } = provenance
  const made =
    phantoms > 0
      ? `Made on ${dataInWords(provenance)}: synthetic patients that come with this library. None of ours are figures of LiTS; ` +
        "those of the paper are, and stand beside ours, where they do, to show what was claimed. What is better on phantoms need not be so on " +
        "patients."
      : `Made on ${dataInWords(provenance)}. Figures of the paper, where they stand beside ours, are of 131 cases of LiTS: both are of ` +
        "the same data only where these are the same cases."
  const at = `${size.join(" x ")} pixels, ${epochs} epochs`
  return `${made}\n\n${scale === undefined ? `Protocol: ${at}.` : SCALE_NOTICES[scale](at)}`
}

const SCALE_NOTICES: Readonly<Record<Scale, (at: string) => string>> = {
  smoke: (at) =>
    `Scale smoke (${at}, narrow networks) shows that everything runs, and nothing else: no network learns anything in it.`,
  small: (at) => `Scale small: ${at}, narrow networks. The paper has 256 x 256 pixels and networks of full width.`,
  paper: (at) =>
    `Scale paper: ${at}, networks of full width. What the paper does not say is chosen as the settings below have it.`
}
