import * as Effect from "effect/Effect"
import type { FileError, Files } from "../stages/files.ts"
import { isPhantomFolder } from "../stages/phantom.ts"
import type { Protocol } from "./protocol.ts"
import type { Scale } from "./scale.ts"
import type { CohortFacts, CohortSource } from "./surveyCohort.ts"

/** What figures were made on, and at which scale. Whatever shows them says so, that phantoms are never taken for patients. */
export interface Provenance {
  /** `"phantom"`: the synthetic patients of this library. `"given"`: whatever cohort the user has, which may be LiTS. */
  readonly data: "phantom" | "given"
  /** Such as the name of the folder, without those above it. */
  readonly name: string
  readonly cases: number
  readonly scale: Scale
}

/**
 * The provenance of a cohort; a folder that `writePhantomCohort` made is known as such under any name.
 *
 * @example
 * ```ts
 * inWords(await run(provenanceOf("lits/", facts, "paper"))) // the 131 cases of "lits", at scale paper
 * ```
 */
export const provenanceOf = Effect.fnUntraced(function* (
  source: CohortSource,
  { cases }: Pick<CohortFacts, "cases">,
  scale: Scale
): Effect.fn.Return<Provenance, FileError, Files> {
  const common = { cases: cases.length, scale }
  if (typeof source !== "string") return { data: "given", name: "files given one by one", ...common }
  const name = source.split(/[/\\]/).findLast((part) => part !== "" && part !== ".") ?? source
  return { data: (yield* isPhantomFolder(source)) ? "phantom" : "given", name, ...common }
})

/**
 * As it stands beside figures and in captions.
 *
 * @example
 * ```ts
 * inWords({ data: "phantom", name: "phantoms-small", cases: 30, scale: "small" }) // => "30 phantoms, at scale small"
 * ```
 */
export const inWords = ({ cases, data, name, scale }: Provenance): string =>
  data === "phantom" ? `${cases} phantoms, at scale ${scale}` : `the ${cases} cases of "${name}", at scale ${scale}`

/** What a reader must know before the first figure, in two paragraphs. */
export const noticeOf = (provenance: Provenance, { epochs, size }: Pick<Protocol, "epochs" | "size">): string => {
  const { cases, data, name, scale } = provenance
  const made =
    data === "phantom"
      ? `Made on ${cases} phantoms: synthetic patients that come with this library. None of ours are figures of LiTS; those of ` +
        "the paper are, and stand beside ours to show what was claimed. What is better on phantoms need not be so on patients."
      : `Made on the ${cases} cases of "${name}". The paper's figures are of 131 cases of LiTS: both are of the same data only ` +
        "where these are the same cases."
  const at = `${size.join(" x ")} pixels, ${epochs} epochs`
  return `${made}\n\n${SCALE_NOTICES[scale](at)}`
}

const SCALE_NOTICES: Readonly<Record<Scale, (at: string) => string>> = {
  smoke: (at) =>
    `Scale smoke (${at}, narrow networks) shows that everything runs, and nothing else: no network learns anything in it.`,
  small: (at) => `Scale small: ${at}, narrow networks. The paper has 256 x 256 pixels and networks of full width.`,
  paper: (at) =>
    `Scale paper: ${at}, networks of full width. What the paper does not say is chosen as the settings below have it.`
}
