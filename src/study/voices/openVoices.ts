import passagesFile from '../../../data/starter/passages.json' with { type: 'json' }
import type { ExperimentConfig, Scale } from '../../config/experimentConfig.ts'
import { experiment } from '../../config/scales.ts'
import { openCorpus } from '../../dataset/buildDataset.ts'
import type { Dataset, MelodyRow, Split } from '../../dataset/dataset.ts'
import { eventsOfRuns } from '../../dataset/noteRuns.ts'
import { PASSAGE_RULES, type PassageRules } from '../../config/passageRules.ts'
import { selectPart, type SelectedPart } from '../../dataset/selectPart.ts'
import { type TwoVoicePassage, twoVoicePassages } from '../../dataset/twoVoices.ts'
import type { Effects } from '../../support/effects.ts'
import { UserError } from '../../support/errors.ts'
import type { StudyFolders } from '../../support/projectRoot.ts'
import { corpusJob } from '../corpusJob.ts'
import { palestrinaMidi } from './palestrinaMidi.ts'

/** Which music of two voices to take. */
export interface VoicesRequest {
  readonly scale: Scale
  readonly folders: Pick<StudyFolders, 'data'>
  /** Folders of music with several tracks, in place of the scale's own. */
  readonly corpus?: readonly string[]
  readonly rules?: PassageRules
}

/** Passages of two voices, and the melodies of the same corpus that have no second voice. */
export interface Voices {
  /** What the music is, in a few words. */
  readonly corpus: string
  /** sha256 over the data set that they were taken from; of the starter set its own words. */
  readonly hash: string
  readonly passages: readonly TwoVoicePassage[]
  /** What iteration 3.1 learns from at this scale, for a network that must not forget how to play alone; null without such music. */
  readonly general: Pick<SelectedPart, Split> | null
}

/** Collections of the shared corpora whose files have several monophonic tracks. */
export const VOICE_COLLECTIONS = ['general/polish-scores/', 'general/palestrina-modal/'] as const
const isOfVoices = ({ path }: Pick<MelodyRow, 'path'>): boolean =>
  VOICE_COLLECTIONS.some((folder) => path.startsWith(folder))

/** The two-voice passages of a data set of the shared corpora. */
export const sharedPassages = (
  melodies: readonly MelodyRow[],
  rules: PassageRules = PASSAGE_RULES,
): TwoVoicePassage[] => twoVoicePassages(melodies.filter(isOfVoices), rules)

/**
 * Music of two voices by scale: the passages of the starter set (smoke), Palestrina's masses from the music21 wheel (quick), the Polish
 * scores and Palestrina of the shared corpora (full); or of the folders that the request names.
 * @throws UserError where a side has no passage, and as `openCorpus`.
 */
export async function openVoices(request: VoicesRequest, effects: Effects): Promise<Voices> {
  const voices = await takeVoices(request, effects)
  const empty = (['train', 'validation', 'test'] as const).find(
    (side) => !voices.passages.some(({ split }) => split === side),
  )
  if (empty === undefined) return voices
  throw new UserError(
    `${voices.corpus}: no passage of two voices on the ${empty} side: give scores with two or more monophonic tracks that sound together`,
  )
}

async function takeVoices({ scale, folders, corpus = [], rules = PASSAGE_RULES }: VoicesRequest, effects: Effects) {
  if (corpus.length > 0) return fromCorpus({ corpus, name: corpus.join(', '), folders, rules }, effects)
  if (scale === 'smoke') return starterVoices()
  if (scale === 'full') return fromShared({ folders, rules }, effects)
  const name = 'Palestrina (music21, **kern)'
  const voices = await fromCorpus({ corpus: [await palestrinaMidi(folders, effects)], name, folders, rules }, effects)
  const { dataset } = await openCorpus(corpusJob({ corpus: [], style: [], folders }), effects)
  return { ...voices, general: generalPart(dataset, experiment('3.1', 'quick')) }
}

const generalPart = (dataset: Dataset, { data }: ExperimentConfig): SelectedPart =>
  selectPart(dataset, data.part, data.maxMelodiesPerFile)

interface Source extends Pick<VoicesRequest, 'folders'> {
  readonly corpus: readonly string[]
  readonly name: string
  readonly rules: PassageRules
}

async function fromCorpus({ corpus, name, folders, rules }: Source, effects: Effects): Promise<Voices> {
  const { dataset } = await openCorpus(corpusJob({ corpus, style: [], folders }), effects)
  return { corpus: name, hash: dataset.hash, passages: twoVoicePassages(dataset.melodies, rules), general: null }
}

async function fromShared({ folders, rules }: Pick<Source, 'folders' | 'rules'>, effects: Effects): Promise<Voices> {
  const { dataset } = await openCorpus(corpusJob({ corpus: ['shared'], style: [], folders }), effects)
  return {
    ...{ corpus: 'Polish scores and Palestrina (shared corpora)', hash: dataset.hash },
    ...{
      passages: sharedPassages(dataset.melodies, rules),
      general: generalPart(dataset, experiment('3.1', 'full', 'folder')),
    },
  }
}

/** The starter set's passages are all held out; half of them are enough to show that every part works. */
function starterVoices(): Voices {
  const passages = passagesFile.pieces.map(({ id, stepsPerBar, upper, lower }, n): TwoVoicePassage => {
    const split: Split = n % 4 < 2 ? 'train' : n % 4 === 2 ? 'validation' : 'test'
    const voices = { upper: eventsOfRuns(upper), lower: eventsOfRuns(lower) }
    return { id, path: id, family: id, split, stepsPerBar, ...voices }
  })
  return { corpus: 'starter set', hash: passagesFile.format, passages, general: null }
}
