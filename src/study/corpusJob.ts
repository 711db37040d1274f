import type { BuildJob, CorpusRequest } from '../dataset/buildDataset.ts'
import type { ExtractionConfig } from '../config/experimentConfig.ts'
import { iteration1 } from '../config/iteration1.ts'
import type { StudyFolders } from '../support/projectRoot.ts'

/** What becomes of a track with two notes at once: `strict` drops it, as the study did; `loose` keeps its top line. */
export type PolyphonyPolicy = 'strict' | 'loose'

/** The settings by which every iteration takes melodies from scores, but for the policy. */
export function extractionBy(policy: PolyphonyPolicy = 'strict'): ExtractionConfig {
  return { ...iteration1.data.extraction, ignorePolyphonic: policy === 'loose' }
}

/** Options of every job on a corpus. */
export interface CorpusOptions extends CorpusRequest {
  readonly folders: Pick<StudyFolders, 'data'>
  /** Default: strict. */
  readonly policy?: PolyphonyPolicy
}

/** A data set by the settings of the iterations, but for the policy. */
export function corpusJob({ corpus, style, folders, policy }: CorpusOptions): BuildJob {
  const { validation, test } = iteration1.data.split // no more: the key of a built data set holds what stands here
  return { request: { corpus, style }, extraction: extractionBy(policy), split: { validation, test }, folders }
}
