import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import { fold, key, permutation } from "../../random/index.ts"
import type { Sample } from "../../volume/index.ts"
import type { FileError } from "../files.ts"
import type { CacheError } from "./cacheError.ts"

/** Samples in any order, as often as wanted, without decoding a CT again. */
export interface Dataset {
  readonly length: number
  /** All that is known of each sample without reading its pixels. */
  readonly info: ReadonlyArray<SampleInfo>
  /** The patients in the order in which they came. */
  readonly cases: ReadonlyArray<CaseInfo>
  /** One sample, by its place from 0. */
  readonly get: (place: number) => Effect.Effect<Sample, CacheError | FileError>
  /** The samples at these places, read ahead a little; files are open only while the stream runs. */
  readonly stream: (places: Places) => Stream.Stream<Sample, CacheError | FileError>
  /** As `stream`, but leaves the buffers to whoever unpacks: `batches` unpacks each sample where it will lie. */
  readonly packed: (places: Places) => Stream.Stream<PackedSample, CacheError | FileError>
}

export type Places = ReadonlyArray<number> | Uint32Array

/** A sample that can be written into buffers of height x width. */
export interface PackedSample {
  readonly info: SampleInfo
  readonly unpack: (pixels: Float32Array, mask: Uint8Array) => void
}

export interface SampleInfo extends Omit<Sample, "pixels" | "mask"> {
  /** How many pixels the mask marks. */
  readonly marked: number
}

export interface CaseInfo {
  readonly id: string
  readonly samples: number
  /** How many of its samples have a mask that marks anything. */
  readonly positives: number
}

export interface OrderOptions {
  readonly seed: number
  readonly epoch: number
  /**
   * `"uniform"`: each sample once. `"balanced"`: as many draws, half of them from samples with a mask that marks anything;
   * samples of the rarer kind come again before an epoch ends, never before all of their kind have come. Default `"uniform"`.
   */
  readonly sampling?: "uniform" | "balanced"
}

/** All samples in the order in which they were cached. */
export const samples = (dataset: Dataset): Stream.Stream<Sample, CacheError | FileError> =>
  dataset.stream([...dataset.info.keys()])

/**
 * All samples in the random order of an epoch, shuffled over the whole dataset. The order depends on the seed and the
 * epoch alone.
 *
 * @example
 * ```ts
 * shuffled(subset(dataset, split.train), { seed: 1, epoch }).pipe(augment(transforms, { seed: 1, epoch }), batch({ size: 8 }))
 * ```
 */
export const shuffled = (dataset: Dataset, options: OrderOptions): Stream.Stream<Sample, CacheError | FileError> =>
  dataset.stream(order(dataset, options))

/** The places of an epoch's samples, in its order. */
export const order = (
  { info }: Pick<Dataset, "info">,
  { seed, epoch, sampling = "uniform" }: OrderOptions
): Uint32Array => {
  const from = fold(key(seed), "order", epoch)
  if (sampling === "uniform") return permutation(from, info.length)
  const positives = [...info.keys()].filter((place) => info[place].marked > 0)
  const negatives = [...info.keys()].filter((place) => info[place].marked === 0)
  if (positives.length === 0 || negatives.length === 0) return permutation(from, info.length)
  const half = info.length >>> 1
  const drawn = [
    ...draw(fold(from, "positive"), positives, half),
    ...draw(fold(from, "negative"), negatives, info.length - half)
  ]
  return permutation(from, drawn.length).map((place) => drawn[place])
}

/** `count` of the items, all of them once before any comes again. */
const draw = function* (from: ReturnType<typeof fold>, items: ReadonlyArray<number>, count: number) {
  for (let drawn = 0; drawn < count; ) {
    for (const place of permutation(fold(from, drawn), items.length)) {
      if (drawn++ < count) yield items[place]
    }
  }
}

/**
 * The samples of some patients only, such as those of a split's subset. Ids that the dataset does not have are patients
 * without samples: a cohort cut to tumour slices has none of a patient without tumour.
 *
 * @example
 * ```ts
 * const split = splitCases(dataset.cases.map(({ id, positives }) => ({ id, hasTumor: positives > 0 })), { seed: 1 })
 * const training = subset(dataset, split.train)
 * ```
 */
export const subset = (dataset: Dataset, caseIds: Iterable<string>): Dataset => {
  const wanted = new Set(caseIds)
  const places = [...dataset.info.keys()].filter((place) => wanted.has(dataset.info[place].caseId))
  // A place beyond the end stays one.
  const under = (place: number) => places[place] ?? dataset.length
  return {
    length: places.length,
    info: places.map((place) => dataset.info[place]),
    cases: dataset.cases.filter(({ id }) => wanted.has(id)),
    get: (place) => dataset.get(under(place)),
    stream: (chosen) => dataset.stream(Array.from(chosen, under)),
    packed: (chosen) => dataset.packed(Array.from(chosen, under))
  }
}

/** The patients of samples, counted. */
export const countCases = (info: ReadonlyArray<SampleInfo>): ReadonlyArray<CaseInfo> => {
  const cases = new Map<string, CaseInfo>()
  for (const { caseId, marked } of info) {
    const { samples, positives } = cases.get(caseId) ?? { samples: 0, positives: 0 }
    cases.set(caseId, { id: caseId, samples: samples + 1, positives: positives + (marked > 0 ? 1 : 0) })
  }
  return [...cases.values()]
}
