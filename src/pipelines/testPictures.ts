import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { PngImage } from "../formats/png.ts"
import { figurePanel } from "../report/pictures/figurePanel.ts"
import { type SliceStack, type StackSlice, sliceStack } from "../report/pictures/sliceStack.ts"
import type { LayoutError } from "../stages/caseFiles.ts"
import { type FileError, type Files, joinPath } from "../stages/files.ts"
import { maskOf } from "../stages/labelSplit.ts"
import { load } from "../stages/load.ts"
import type { LoadError } from "../stages/readCase.ts"
import { slice } from "../stages/slice.ts"
import type { StageError } from "../stages/stage.ts"
import { window } from "../stages/window.ts"
import type { ProtocolResult } from "./protocolResult.ts"
import type { CohortSource } from "./surveyCohort.ts"

/** A test case to look at. */
export interface CasePictures {
  readonly caseId: string
  /** Its slices, for a viewer. */
  readonly stack: SliceStack
  /** CT, label and prediction of the slice with most to find. */
  readonly panel: PngImage
  /** Whether it is a synthetic case of this library, as its file says. */
  readonly phantom: boolean
  /** The volume of one voxel of its CT. */
  readonly voxelMilliliters: number
}

export type PicturesError = LayoutError | LoadError | FileError | StageError

/** The longer side of what is shown. */
const SIZE = 192

/**
 * Pictures of the test cases whose masks were kept, one case in memory at a time.
 *
 * @param options `directory` of the run
 */
export const testPictures = (
  { cases, protocol }: Pick<ProtocolResult, "cases" | "protocol">,
  source: CohortSource,
  { directory }: { readonly directory: string }
): Stream.Stream<CasePictures, PicturesError, Files> => {
  const size: readonly [number, number] = [SIZE, SIZE]
  const slicesOf = (caseId: string, mask: string) =>
    Effect.gen(function* () {
      let phantom = false
      const noted = Stream.tap(load(source, { cases: [caseId] }), (patient) =>
        Effect.sync(() => {
          phantom = patient.phantom ?? false
        })
      )
      const truths = yield* Stream.runCollect(noted.pipe(window(protocol.window), slice({ size })))
      const marks = yield* Stream.runCollect(
        load([{ id: `the mask of ${caseId}`, image: mask, labels: mask }]).pipe(slice({ size }))
      )
      const slices = truths.map(
        ({ height, width, pixels, spacing, labels, origin: { index } }, i): StackSlice => ({
          height,
          width,
          pixels,
          spacing,
          index,
          truth: maskOf(labels ?? new Uint8Array(pixels.length), protocol.target),
          prediction: marks[i].labels ?? new Uint8Array(pixels.length)
        })
      )
      const voxelMilliliters = truths[0].origin.grid.spacing.reduce((volume, millimeters) => volume * millimeters, 1e-3)
      return { slices, phantom, voxelMilliliters }
    })
  const kept = cases.flatMap(({ caseId, mask }) => (mask === undefined ? [] : [{ caseId, mask }]))
  return Stream.fromIterable(kept, { chunkSize: 1 }).pipe(
    Stream.mapEffect(({ caseId, mask }) =>
      Effect.map(slicesOf(caseId, joinPath(directory, mask)), ({ slices, phantom, voxelMilliliters }) => ({
        caseId,
        phantom,
        voxelMilliliters,
        stack: sliceStack(caseId, slices, { size: SIZE }),
        panel: panelOf(caseId, slices, protocol.target)
      }))
    )
  )
}

const panelOf = (caseId: string, slices: ReadonlyArray<StackSlice>, target: string): PngImage => {
  const marked = slices.map(({ truth, prediction }) => area(truth) + 1e-6 * area(prediction))
  const { height, width, pixels, spacing, truth, prediction } = slices[marked.indexOf(Math.max(...marked))]
  const none = new Uint8Array(pixels.length)
  const row = { name: caseId, height, width, pixels, spacing, truth: truth ?? none, predictions: [prediction ?? none] }
  return figurePanel([row], { variants: ["prediction"], target })
}

const area = (mask: Uint8Array | undefined): number => mask?.reduce((sum, value) => sum + Number(value !== 0), 0) ?? 0
