import type { ExperimentConfig } from '../../../src/config/experimentConfig.ts'
import { attentionOf, isNoteModel, type ModelSpec } from '../../../src/config/modelSpec.ts'
import { corpusWords } from './corpusWords.ts'
import { count } from './format.ts'

export interface Setting {
  readonly name: string
  readonly value: string
}

interface SettingGroup {
  readonly title: string
  readonly settings: readonly Setting[]
}

/** How far a model looks back. */
const attentionWords = (model: ModelSpec): string =>
  attentionOf(model) === 0 ? 'none' : isNoteModel(model) ? 'the whole past' : `${attentionOf(model)} steps`

const row = (name: string, value: string | number): Setting => ({ name, value: String(value) })

/** A configuration as tables a reader understands, complete: its method section. */
export function settingGroups(config: ExperimentConfig): SettingGroup[] {
  const { data, model, training, warmStart, generation } = config
  const { extraction } = data
  return [
    {
      title: 'Data',
      settings: [
        row('Corpus', corpusWords(data.corpus)),
        row('Part', partWords(data.part)),
        row('Held out', heldOutWords(data)),
        ...(data.maxMelodiesPerFile ? [row('Melodies per file, at most', data.maxMelodiesPerFile)] : []),
        ...(data.transpositions ? [row('Other keys per melody', data.transpositions)] : []),
        row('Grid', `${extraction.stepsPerQuarter} steps per quarter note`),
        row('Melody, at least', `${extraction.minBars} bars, ${extraction.minPitches} pitch classes`),
        row('Melody, at most', `${extraction.maxSteps} steps`),
        row('A melody ends after', `${extraction.gapBars} ${extraction.gapBars === 1 ? 'bar' : 'bars'} of rest`),
        row('Polyphonic tracks', extraction.ignorePolyphonic ? 'thinned to one voice' : 'dropped'),
      ],
    },
    {
      title: 'Model',
      settings: [
        row('Encoding', model.encoding),
        row('LSTM layers', model.layerSizes.join(' + ')),
        row('Attention', attentionWords(model)),
        row(
          'Starts from',
          warmStart === null
            ? 'scratch'
            : `iteration ${warmStart.from}${warmStart.optimizerState ? ', with its optimizer state' : ''}`,
        ),
      ],
    },
    {
      title: 'Training',
      settings: [
        row('Steps', count(training.steps)),
        row('Sequences per step', training.batchSize),
        row('A sequence', training.window === 'whole' ? 'a whole melody' : `a window of ${training.window} steps`),
        row('Learning rate (Adam)', training.learningRate),
        row('Keep probability (dropout)', training.keepProbability),
        row(
          'Gradient clipping',
          `norm ${training.clipNorm}, ${training.clip === 'variable' ? 'each variable by itself' : 'all together'}`,
        ),
        row('Seed', config.seed),
      ],
    },
    {
      title: 'Generation',
      settings: [
        row('Melodies per primer', generation.perPrimer),
        row('Length', `${generation.totalSteps} steps, primer included`),
        row('Temperature', generation.temperature),
      ],
    },
  ]
}

/** Results from before there was a validation side hold one share of files. */
function heldOutWords({
  split,
  testRatio = 0,
}: {
  split?: Partial<ExperimentConfig['data']['split']>
  testRatio?: number
}) {
  const percent = (share = 0): string => `${Math.round(share * 100)}%`
  if (split === undefined) return `${percent(testRatio)} of the files`
  return `${percent(split.validation)} of the families to choose by, ${percent(split.test)} for the test`
}

function partWords(part: ExperimentConfig['data']['part']): string {
  if (part.kind === 'first') return `the first ${count(part.files)} files`
  const limit = part.maxFiles === undefined ? '' : `, at most ${count(part.maxFiles)}`
  return `${part.kind === 'all' ? 'all files' : 'the files in the style'}${limit}`
}

/** The differences from the study that all iterations share, and those that are each one's own. */
export function sharedDifferences(lists: readonly (readonly string[])[]): { shared: string[]; own: string[][] } {
  const [first = [], ...others] = lists
  const shared = lists.length < 2 ? [] : first.filter((text) => others.every((list) => list.includes(text)))
  return { shared, own: lists.map((list) => list.filter((text) => !shared.includes(text))) }
}
