export { AddressError } from "./address.ts"
export { checkProtocol, type ProtocolRefusal } from "./checkProtocol.ts"
export * from "./evaluate.ts"
export * from "./metricsOf.ts"
export type { NetworkChoice } from "./networkChoice.ts"
export * from "./paper/contradictions.ts"
export * from "./paper/paper.ts"
export * from "./paper/paperStudies.ts"
export * from "./prepareCohort.ts"
export * from "./protocol.ts"
export { ProtocolError } from "./protocolError.ts"
export { trainOptionsOf } from "./protocolOptions.ts"
export type { Keep, ProtocolResult, ResultFiles } from "./protocolResult.ts"
export * from "./runReport.ts"
export * from "./scale.ts"
export type {
  LossSetting,
  OptimizerSetting,
  ScheduleSetting,
  TransformSetting
} from "./settings.ts"
export * from "./study/compareVariants.ts"
export { type PatientValues, patientMeans, variantsOf } from "./study/patientMeans.ts"
export type { RepetitionUnit } from "./study/repetitions.ts"
export * from "./study/runStudy.ts"
export * from "./study/studies.ts"
export * from "./study/study.ts"
export * from "./study/summarize.ts"
export { type BesidePaperOptions, besidePaper } from "./studyReport/besidePaper.ts"
export * from "./studyReport/figureCases.ts"
export * from "./studyReport/provenance.ts"
export { type StudyChart, testCharts, trainingCharts } from "./studyReport/studyCharts.ts"
export { type StudyFigure, type StudyFigureOptions, studyFigure } from "./studyReport/studyFigure.ts"
export { type StudyReport, studyReport } from "./studyReport/studyReport.ts"
export * from "./studyReport/studySite.ts"
export { patientsTable, testsTable, variantsTable } from "./studyReport/studyTables.ts"
export * from "./studyReport/studyViewer.ts"
export { type FigureFiles, type WriteStudyFigure, writeStudyFigure } from "./studyReport/writeStudyFigure.ts"
export { type StudyFiles, type WriteStudyReport, writeStudyReport } from "./studyReport/writeStudyReport.ts"
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
