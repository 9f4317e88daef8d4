import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { TaggedError } from "../errors.ts"
import { nearestPixels } from "../volume/nearestPixels.ts"
import type { Region, Slice } from "../volume/slice.ts"
import type { Grid, ImageVolume, LabelVolume, Volume } from "../volume/volume.ts"
import { planeView, scatter, within } from "./planeView.ts"
import { resizePixels } from "./resizePixels.ts"
import type { Stage } from "./stage.ts"

/** What is made of the slices of one case. */
export interface CaseVolume<V extends Volume = Volume> {
  readonly caseId: string
  readonly volume: V
}

/** Which numbers of a slice to put back. */
export type SliceLayer = "mask" | "labels" | "pixels" | "probabilities"

/** Anything that was made on a slice: samples, slices, predictions. */
export type OnSlice<L extends SliceLayer> = Pick<Slice, "caseId" | "height" | "width" | "origin"> & {
  readonly [K in L]?: Restacked<K>["voxels"]
}

type Restacked<L extends SliceLayer> = L extends "mask" | "labels"
  ? LabelVolume
  : ImageVolume & { voxels: Float32Array }

/** Slices cannot be put together: which case, and why. */
export class RestackError extends TaggedError("RestackError")<{ readonly caseId: string; readonly reason: string }> {
  override get message() {
    return `restack: case ${this.caseId}: ${this.reason}`
  }
}

/**
 * The inverse of `slice`: puts what was made on slices back onto the voxels of the CT as it was read, with its shape, spacing,
 * affine and axis order. Slices that were left out are 0. The slices of a case must follow each other, in any order.
 *
 * At full size the way there and back is exact. From other sizes masks and labels return by nearest neighbour,
 * pixels and probabilities linearly.
 *
 * @example
 * ```ts
 * load("ct/").pipe(window(), slice(), labelSplit("wholeLiver"), restack("mask"), write("masks/", { as: "nifti" }))
 * ```
 */
export const restack =
  <L extends SliceLayer>(layer: L): Stage<OnSlice<L>, CaseVolume<Restacked<L>>, RestackError> =>
  (self) =>
    // The end is an element of its own, because a stream that fails has an end too, but no whole volume.
    Stream.mapAccumEffect(
      Stream.concat(self, Stream.succeed(END)),
      (): Progression<L> => ({ open: undefined, finished: new Set() }),
      (state, slice) =>
        Effect.try({
          try: () => [state, advance(state, slice, layer)] as const,
          catch: (error) => error as RestackError
        })
    )

const END = Symbol("end")

interface Progression<L extends SliceLayer> {
  open: Stack<L> | undefined
  readonly finished: Set<string>
}

/** Adds a slice; gives the volume of the case before it, if it is the first of another. */
const advance = <L extends SliceLayer>(
  state: Progression<L>,
  slice: OnSlice<L> | typeof END,
  layer: L
): ReadonlyArray<CaseVolume<Restacked<L>>> => {
  const { finished, open } = state
  if (slice === END) return open === undefined ? [] : [open.result]
  if (open?.caseId === slice.caseId) {
    open.add(slice)
    return []
  }
  if (open !== undefined) finished.add(open.caseId)
  if (finished.has(slice.caseId)) {
    const reason = "its slices come in several places; restack before shuffling or batching across cases"
    throw new RestackError({ caseId: slice.caseId, reason })
  }
  state.open = stack(slice, layer)
  state.open.add(slice)
  return open === undefined ? [] : [open.result]
}

/**
 * `restack` for the slices of one case. Throws `RestackError` if they are of several cases, grids or planes, lack the
 * layer, or are none.
 */
export const restackCase = <L extends SliceLayer>(slices: Iterable<OnSlice<L>>, layer: L): Restacked<L> => {
  let open: Stack<L> | undefined
  for (const slice of slices) {
    open ??= stack(slice, layer)
    open.add(slice)
  }
  if (open === undefined) throw new RestackError({ caseId: "unknown", reason: "there is no slice to tell its grid" })
  return open.result.volume
}

interface Stack<L extends SliceLayer> {
  readonly caseId: string
  readonly result: CaseVolume<Restacked<L>>
  readonly add: (slice: OnSlice<L>) => void
}

const stack = <L extends SliceLayer>(first: OnSlice<L>, layer: L): Stack<L> => {
  const { caseId, height, origin, width } = first
  const { grid, plane, region } = origin
  const whole = planeView(grid, plane)
  const view = region ? within(whole, region) : whole
  const from = [height, width] as const
  const to = [view.height, view.width] as const
  const [resize, resizeLabels] = [resizePixels(from, to), nearestPixels(from, to)]
  const volume = empty(grid, layer)
  const add = (slice: OnSlice<L>) => {
    if (slice.caseId !== caseId || !isAlike(slice, first)) {
      const reason = `its slices differ in grid, plane, field or size; the second kind is ${slice.caseId}'s ${describe(slice)}`
      throw new RestackError({ caseId, reason })
    }
    const pixels = slice[layer]
    if (pixels === undefined) throw new RestackError({ caseId, reason: `its slices carry no ${layer}` })
    scatter(
      view,
      slice.origin.index,
      pixels instanceof Uint8Array ? resizeLabels(pixels) : resize(pixels),
      volume.voxels
    )
  }
  return { caseId, result: { caseId, volume }, add }
}

const empty = <L extends SliceLayer>({ affine, shape, spacing }: Grid, layer: L): Restacked<L> => {
  const count = shape[0] * shape[1] * shape[2]
  const isLabels = layer === "mask" || layer === "labels"
  const kind = isLabels ? "labels" : "image"
  const voxels = isLabels ? new Uint8Array(count) : new Float32Array(count)
  return { kind, shape, spacing, affine, voxels } as unknown as Restacked<L>
}

const isAlike = (a: OnSlice<SliceLayer>, b: OnSlice<SliceLayer>): boolean =>
  a.height === b.height &&
  a.width === b.width &&
  a.origin.plane === b.origin.plane &&
  isSameRegion(a.origin.region, b.origin.region) &&
  isSameGrid(a.origin.grid, b.origin.grid)

const isSameGrid = (a: Grid, b: Grid): boolean =>
  a === b || (String(a.shape) === String(b.shape) && String(a.affine) === String(b.affine))

const isSameRegion = (a: Region | undefined, b: Region | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && isSamePlace(a, b))

const isSamePlace = (a: Region, b: Region): boolean =>
  a.top === b.top && a.left === b.left && a.height === b.height && a.width === b.width

const describe = ({ height, origin, width }: OnSlice<SliceLayer>): string => `${origin.plane} ${height} x ${width}`
