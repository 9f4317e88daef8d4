export { AddressError } from "./address.ts"
export { type BesidePaperOptions, besidePaper } from "./besidePaper.ts"
export * from "./compareVariants.ts"
export * from "./contradictions.ts"
export * from "./evaluate.ts"
export * from "./figureCases.ts"
export * from "./metricsOf.ts"
export type { NetworkChoice } from "./networkChoice.ts"
export * from "./paper.ts"
export * from "./prepareCohort.ts"
export * from "./protocol.ts"
export * from "./runReport.ts"
export * from "./runStudy.ts"
export * from "./scale.ts"
export type {
  LossSetting,
  OptimizerSetting,
  PostprocessSetting,
  ScheduleSetting,
  TransformSetting
} from "./settings.ts"
export * from "./studies.ts"
export * from "./study.ts"
export * from "./summarize.ts"
export {
  type CaseFacts,
  type CohortFacts,
  type CohortSource,
  type SurveyOptions,
  surveyCohort,
  type TumorFacts
} from "./surveyCohort.ts"
export * from "./testPictures.ts"
export {
  type Keep,
  type ProtocolResult,
  type ResultFiles,
  type TrainAndScoreError,
  type TrainAndScoreOptions,
  trainAndScore
} from "./trainAndScore.ts"
export * from "./trainNetwork.ts"
