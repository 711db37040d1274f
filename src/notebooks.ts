/**
 * What the project's notebooks import from `cantus/notebooks` to read results and to show things below a cell. It needs the
 * checkout; what networks and melodies need comes from `cantus`.
 * @module
 */
export { openNotebook } from './notebook/openNotebook.ts'
export { firstMelodies, type NotebookRequest, tunedMelodies } from './notebook/notebookRequest.ts'
export {
  iterationResult,
  musicalReport,
  notebookCorpus,
  publishedResult,
  secondVoice,
  studySummary,
  tunerReport,
  weightsOf,
} from './notebook/notebookStudy.ts'
export { type CopiedStretch, copiedStretch } from './notebook/copiedStretch.ts'
export { projectRoot } from './support/projectRoot.ts'
export { readResults } from './results/publishedResults.ts'
export { starterReportFile } from './results/starterReport.ts'
export { studyRecordFile } from './results/studyRecord.ts'
export { duetFile } from './results/duetReport.ts'
export { corpusFile } from './results/corpusReport.ts'
export { queryDataset } from './dataset/catalogue.ts'
export { openCorpus } from './dataset/buildDataset.ts'
export { corpusJob } from './study/corpusJob.ts'
export { corpusYields, melodyReport } from './study/corpusReport.ts'
export { partLeaks } from './study/corpusPart.ts'
export { hasStyle, selectPart } from './dataset/selectPart.ts'
export { closeUp } from './study/musicalStudy.ts'
export * as conclusions from './charts/conclusions.ts'
export * as bars from './charts/bars.ts'
export * as corpusCharts from './charts/corpus.ts'
export * as evaluation from './charts/evaluation.ts'
export * as histograms from './charts/histogram.ts'
export * as music from './charts/musical.ts'
export * as musicTables from './charts/musicalTables.ts'
export * as scores from './charts/scores.ts'
export * as tables from './charts/evaluationTables.ts'
export * as transfer from './charts/transfer.ts'
export * as tuning from './charts/tuner.ts'
export { trainingCurveSpec } from './charts/trainingCurve.ts'
