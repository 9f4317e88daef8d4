import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Backend, EngineError } from "../backend/backend.ts"
import { distanceSums } from "../metrics/averageDistance.ts"
import { type Confusion, confusion } from "../metrics/confusion.ts"
import type { Mask, Prediction as MaskPrediction } from "../metrics/mask.ts"
import { mergeRocCounts, type RocCounts, rocCounts } from "../metrics/roc.ts"
import { surfaceDistances } from "../metrics/surfaceDistances.ts"
import type { ParamsError } from "../modules/paramValues.ts"
import type { LayoutError } from "../stages/caseFiles.ts"
import type { FileError, Files } from "../stages/files.ts"
import { labelSplit } from "../stages/labelSplit.ts"
import { type LoadOptions, load } from "../stages/load.ts"
import type { Model } from "../stages/model/model.ts"
import { postprocess } from "../stages/postprocess/setting.ts"
import { type PredictError, predict } from "../stages/predict.ts"
import type { LoadError } from "../stages/readCase.ts"
import { type CaseVolume, type RestackError, restack } from "../stages/restack.ts"
import { type CaseScore, scoreCase, type Truth } from "../stages/scoreCase.ts"
import { slice } from "../stages/slice.ts"
import { make, pure, StageError } from "../stages/stage.ts"
import { window } from "../stages/window.ts"
import { type WriteError, write } from "../stages/write.ts"
import type { Case } from "../volume/case.ts"
import type { Prediction } from "../volume/prediction.ts"
import type { Sample } from "../volume/sample.ts"
import type { LabelVolume } from "../volume/volume.ts"
import { type ProtocolRefusal, protocolChecked } from "./checkProtocol.ts"
import type { Protocol } from "./protocol.ts"
import type { CohortSource } from "./surveyCohort.ts"

/** One axial slice at the size that the network sees, before any post-processing. */
export interface ImageScore {
  readonly slice: number
  readonly pixels: Confusion
  /**
   * Distances in pixels from every element of either contour (pixels with one of 4 neighbours outside) to the other one: their
   * sum and how many they are. Not there where a mask is empty.
   */
  readonly contour?: ContourSums
}

export interface ContourSums {
  readonly sum: number
  readonly count: number
}

/** Everything that was measured of one test case; a cohort is a list of them, and lists merge by concatenation. */
export interface CaseResult {
  readonly caseId: string
  /** Every axial slice. */
  readonly images: ReadonlyArray<ImageScore>
  /** Pixels of all its slices above each of AGPCNet's 201 thresholds. */
  readonly roc: PlainRocCounts
  /** The restacked, post-processed mask against the truth on the voxels of the CT. */
  readonly volume: CaseScore
  /** Where the mask was written, where it was. */
  readonly mask?: string
}

/** `RocCounts` as JSON has it. */
export interface PlainRocCounts extends Pick<RocCounts, "steps" | "positives" | "negatives"> {
  readonly truePositives: ReadonlyArray<number>
  readonly falsePositives: ReadonlyArray<number>
}

export interface EvaluateOptions extends Pick<LoadOptions, "maxLabel"> {
  /** The patients to test. */
  readonly cases: ReadonlyArray<string>
  /** A folder for the masks as NIfTI. Default: they are not written. */
  readonly masks?: string
}

export type EvaluateError =
  | LayoutError
  | LoadError
  | FileError
  | StageError
  | PredictError
  | ParamsError
  | EngineError
  | RestackError
  | WriteError
  | ProtocolRefusal

/**
 * The second half of a protocol: load -> window -> slice -> predict on all slices of the test patients -> restack -> post-process
 * -> score. One case after another, each CT read once.
 *
 * @example
 * ```ts
 * const results = await run(evaluate(model, "lits/", agcafProtocol, { cases: split.test }), { layer: wasm })
 * console.log(toMarkdown(metricsTable(metricsOf(results))))
 * ```
 */
export const evaluate = (
  { network, params }: Pick<Model, "network" | "params">,
  source: CohortSource,
  protocol: Protocol,
  { cases, masks, maxLabel }: EvaluateOptions
): Stream.Stream<CaseResult, EvaluateError, Backend | Files> =>
  Stream.unwrap(
    Effect.map(protocolChecked(protocol), () => {
      const { field = "scan", size, target, threshold, tiles, flips } = protocol
      // Predictions carry no truth, so that of cases on their way through the network waits here: few of them at a time.
      const under = new Map<string, Measuring>()
      const open = pure("evaluate", (patient: Case) => {
        const { id, labels, spacingTrusted } = patient
        under.set(id, {
          truth: { id, spacingTrusted, ...(labels && { labels }) },
          masks: new Map(),
          images: [],
          roc: []
        })
        return patient
      })
      const remember = pure("evaluate", (sample: Sample) => {
        measuring(under, sample.caseId).masks.set(sample.origin.index, sample.mask)
        return sample
      })
      const measure = pure("evaluate", (prediction: Prediction) => {
        measureImage(measuring(under, prediction.caseId), prediction)
        return prediction
      })
      const finish = make(
        "evaluate",
        Effect.fnUntraced(function* ({ caseId, volume }: CaseVolume<LabelVolume>) {
          const { truth, images, roc } = measuring(under, caseId)
          under.delete(caseId)
          const scored = yield* Effect.try({
            try: () => scoreCase(truth, volume, { target }),
            catch: (cause) => new StageError({ stage: "evaluate", caseId, cause })
          })
          const mask = masks === undefined ? undefined : yield* writeMask(masks, { caseId, volume })
          const result: CaseResult = {
            caseId,
            images,
            roc: plainCounts(mergeRocCounts(roc)),
            volume: scored,
            ...(mask !== undefined && { mask })
          }
          return result
        })
      )
      const masksOf = load(source, { cases, ...(maxLabel !== undefined && { maxLabel }) }).pipe(
        open,
        window(protocol.window),
        slice({ field, size }),
        labelSplit(target),
        remember,
        predict({ network, params, threshold, ...(tiles && { window: tiles }), ...(flips && { flips }) }),
        measure,
        restack("mask")
      )
      return finish(postprocess(protocol.postprocess)(masksOf))
    })
  )

/** What is known of a case until its last slice is through. */
interface Measuring {
  readonly truth: Truth
  /** Of slices that are in the network now. */
  readonly masks: Map<number, Uint8Array>
  readonly images: Array<ImageScore>
  readonly roc: Array<RocCounts>
}

const measuring = (under: ReadonlyMap<string, Measuring>, caseId: string): Measuring => {
  const found = under.get(caseId)
  if (found === undefined) throw new Error("its slices come in several places")
  return found
}

const measureImage = ({ masks, images, roc }: Measuring, prediction: Prediction): void => {
  const { height, width, origin, mask, probabilities } = prediction
  const truth = masks.get(origin.index)
  if (truth === undefined) throw new Error(`slice ${origin.index} was predicted twice`)
  masks.delete(origin.index)
  const shape = [width, height] as const
  const [reference, found] = [
    { voxels: truth, shape, spacing: [1, 1] as const },
    { voxels: mask, shape }
  ]
  const pixels = confusion(reference, found)
  const bothMark = pixels.tp + pixels.fn > 0 && pixels.tp + pixels.fp > 0
  images.push({ slice: origin.index, pixels, ...(bothMark && { contour: contourOf(reference, found) }) })
  roc.push(rocCounts(probabilities, truth))
}

const contourOf = (reference: Mask, found: MaskPrediction): ContourSums => {
  const { fromReference, fromPrediction } = surfaceDistances(reference, found, { surface: 4 })
  const [a, b] = [distanceSums(fromReference), distanceSums(fromPrediction)]
  return { sum: a.sum + b.sum, count: a.weight + b.weight }
}

const plainCounts = ({ truePositives, falsePositives, ...rest }: RocCounts): PlainRocCounts => ({
  ...rest,
  truePositives: [...truePositives],
  falsePositives: [...falsePositives]
})

const writeMask = (folder: string, mask: CaseVolume<LabelVolume>): Effect.Effect<string, WriteError, Files> =>
  Effect.map(
    Stream.runCollect(Stream.succeed(mask).pipe(write(folder, { as: "nifti", overwrite: true }))),
    ([written]) => written.path
  )
