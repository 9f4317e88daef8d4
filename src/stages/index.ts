export * from "./attenuationPeak.ts"
export * from "./augment/index.ts"
export * from "./batch.ts"
export * from "./cache/index.ts"
export { type CaseFiles, type Cohort, findCases, LayoutError } from "./caseFiles.ts"
export { LabelError } from "./checkLabels.ts"
export * from "./compression.ts"
export * from "./decompression.ts"
export { type Description, described, describedSource, descriptionOf } from "./description.ts"
export * from "./files.ts"
export * from "./labelSplit.ts"
export * from "./load.ts"
export * from "./model/index.ts"
export * from "./notices.ts"
export * from "./phantom.ts"
export * from "./postprocess/index.ts"
export * from "./predict.ts"
export { describeProgress, Progress, type ProgressEvent, progress } from "./progress.ts"
export * from "./readCase.ts"
export * from "./restack.ts"
export * from "./run.ts"
export * from "./score.ts"
export { type CaseScore, type ScoreOptions, scoreCase, scoreLitsCase, type Truth } from "./scoreCase.ts"
export * from "./scoreTables.ts"
export * from "./select.ts"
export * from "./slice.ts"
export * from "./split.ts"
export * from "./splitFile.ts"
export { expand, make, type OnFailure, pure, type Stage, StageError, type StageOptions } from "./stage.ts"
export * from "./stageOptionError.ts"
export * from "./survey.ts"
export type { SlidingWindow } from "./tiles.ts"
export * from "./train/index.ts"
export * from "./unlabelledError.ts"
export {
  WINDOWS,
  type Window,
  type WindowName,
  type WindowOptions,
  type WindowStage,
  window,
  windowPixels,
  windowVolume
} from "./window.ts"
export * from "./write.ts"
export type * from "./written.ts"
