import { buildCorpus, findCorpus } from '../dataset/buildDataset.ts'
import { catalogue, type Catalogue } from '../dataset/catalogue.ts'
import type { Kinship } from '../dataset/placeFiles.ts'
import type { Effects } from '../support/effects.ts'
import { corpusJob, type CorpusOptions } from './corpusJob.ts'

/** The counts of a corpus by both policies. */
export interface CorpusStats {
  readonly strict: Catalogue
  /** `null` where it was not built. */
  readonly loose: Catalogue | null
  /** Why files of the strict one were put into one family. */
  readonly kinship: Kinship
}

/** Counts the data set of a corpus by the strict policy (built where it is not there yet), and by the loose one. */
export async function corpusStats(options: CorpusOptions, effects: Effects): Promise<CorpusStats> {
  const strict = await buildCorpus(corpusJob({ ...options, policy: 'strict' }), effects)
  const loose = await findCorpus(corpusJob({ ...options, policy: 'loose' }), effects)
  return {
    strict: await catalogue(strict.folder),
    loose: loose === null ? null : await catalogue(loose.folder),
    kinship: strict.kinship,
  }
}
