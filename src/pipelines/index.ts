export { AddressError } from "./address.ts"
export { type BesidePaperOptions, besidePaper } from "./besidePaper.ts"
export * from "./compareVariants.ts"
export * from "./contradictions.ts"
export * from "./evaluate.ts"
export * from "./figureCases.ts"
export * from "./metricsOf.ts"
export type { NetworkChoice } from "./networkChoice.ts"
export * from "./paper.ts"
export * from "./paperStudies.ts"
export { type PatientValues, patientMeans, variantsOf } from "./patientMeans.ts"
export * from "./prepareCohort.ts"
export * from "./protocol.ts"
export type { Keep, ProtocolResult, ResultFiles } from "./protocolResult.ts"
export * from "./provenance.ts"
export type { RepetitionUnit } from "./repetitions.ts"
export * from "./runReport.ts"
export * from "./runStudy.ts"
export * from "./scale.ts"
export type {
  LossSetting,
  OptimizerSetting,
  ScheduleSetting,
  TransformSetting
} from "./settings.ts"
export * from "./studies.ts"
export * from "./study.ts"
export { type StudyChart, testCharts, trainingCharts } from "./studyCharts.ts"
export { type StudyFigure, type StudyFigureOptions, studyFigure } from "./studyFigure.ts"
export { type StudyReport, studyReport } from "./studyReport.ts"
export * from "./studySite.ts"
export { patientsTable, testsTable, variantsTable } from "./studyTables.ts"
export * from "./studyViewer.ts"
export * from "./summarize.ts"
export {
  type CaseFacts,
  type CohortFacts,
  type CohortSource,
  type LeftOut,
  type SurveyOptions,
  surveyCohort,
  type TumorFacts
} from "./surveyCohort.ts"
export * from "./testPictures.ts"
export {
  type TrainAndScoreError,
  type TrainAndScoreOptions,
  trainAndScore
} from "./trainAndScore.ts"
export * from "./trainNetwork.ts"
export { type FigureFiles, type WriteStudyFigure, writeStudyFigure } from "./writeStudyFigure.ts"
export { type StudyFiles, type WriteStudyReport, writeStudyReport } from "./writeStudyReport.ts"
