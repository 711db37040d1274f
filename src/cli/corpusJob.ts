import type { BuildJob, CorpusRequest } from '../dataset/buildDataset.js'
import { iteration1 } from '../iterations/iteration1.js'
import type { StudyFolders } from '../support/projectRoot.js'

/** What becomes of a track with two notes at once: `strict` drops it, as the study did; `loose` keeps its top line. */
export type Policy = 'strict' | 'loose'

export interface CorpusOptions extends CorpusRequest {
  readonly folders: Pick<StudyFolders, 'data'>
  /** Default: strict. */
  readonly policy?: Policy
}

/** A data set by the settings of iteration 1, but for the policy. */
export function corpusJob({ corpus, style, folders, policy }: CorpusOptions): BuildJob {
  const { extraction, split } = iteration1.data
  return {
    request: { corpus, style },
    extraction: { ...extraction, ignorePolyphonic: policy === 'loose' },
    split,
    folders,
  }
}
