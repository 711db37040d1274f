import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { type Command, Option } from 'commander'
import { testTable } from '../charts/evaluationTables.ts'
import { MEASURE_TITLES } from '../charts/measures.ts'
import { type TableRow, textTable } from '../support/text/table.ts'
import { buildDataset, type CorpusRequest } from '../dataset/buildDataset.ts'
import type { Dataset, FileRow, MelodyRow, Split } from '../dataset/dataset.ts'
import { decodeMelodySet, type MelodySet } from '../dataset/melodySet.ts'
import { firstOfEach, generalFiles } from '../dataset/selectPart.ts'
import { type Baselines, labelBaselines, worseThanFrequencies } from '../evaluation/baselines.ts'
import { testScores } from '../evaluation/intervals.ts'
import { evaluateEach, type EvaluationOptions } from '../evaluation/numerical.ts'
import { studyRecord } from '../evaluation/studyRecord.ts'
import { findModel, MODEL_NAMES_HELP, trainedOnBeside } from '../generation/findModel.ts'
import type { Scale } from '../config/experimentConfig.ts'
import { iteration1 } from '../config/iteration1.ts'
import { SCALES } from '../config/scales.ts'
import {
  type Interval,
  MEASURES,
  type Summary,
  TEST_SETS,
  type TestScores,
  type TestSet,
  summaryFile,
} from '../results/summary.ts'
import { loadWeights, modelWeights } from '../model/checkpoint.ts'
import { counted } from '../support/text/counted.ts'
import type { Effects } from '../support/effects.ts'
import { UserError } from '../support/errors.ts'
import type { StudyFolders } from '../support/projectRoot.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { BOOTSTRAP, eventsOf, withFamilies } from '../study/measuredModel.ts'
import { humanReference, MUSICAL_SIZES } from '../study/musicalStudy.ts'
import { profileFiles, profileText } from '../evaluation/musicalProfile.ts'
import { collect } from '../support/terminal/optionParsers.ts'
import { openPublishedStudy } from '../study/publishedStudy.ts'
import { resultsThere } from '../study/studyResults.ts'
import { withResultsFolder } from '../study/resultsOptions.ts'
import { evaluateMusic, summarize } from '../study/summarize.ts'
import { studyRecordFile } from '../results/studyRecord.ts'
import { musicalFile } from '../results/musicalReport.ts'

export interface EvaluateOptions extends CorpusRequest {
  /** An iteration, a run, or a checkpoint's file. */
  readonly model: string
  /** The side of the corpus that is measured; `all` = all of it. */
  readonly split: Split | 'all'
  /** Melodies that the model was trained on: refused, left out, or measured with the others. */
  readonly seen: 'refuse' | 'leave-out' | 'include'
  readonly engine: NonNullable<EvaluationOptions['engine']>
  readonly loose?: boolean
  readonly folders: StudyFolders
}

export interface EvaluationReport {
  readonly checkpoint: string
  readonly sha256: string
  readonly step: number | null
  readonly encoding: string
  readonly engine: EvaluateOptions['engine']
  readonly corpus: string
  /** By set: general music, and what lies in a folder named with `--style`; a set without files is left out. */
  readonly test: Partial<Readonly<Record<TestSet, TestScores>>>
  /** What the event frequencies of the set's own training side reach on the same melodies; a set without one is left out. */
  readonly baselines: Partial<Readonly<Record<TestSet, Baselines>>>
  readonly melodies: {
    /** Of the sides asked for, in the files that could be read. */
    readonly found: number
    /** The same melody in whatever key: measured once. */
    readonly copies: number
    /** Those the model was trained on; null where nothing says which they were. */
    readonly seen: number | null
    readonly measured: number
  }
}

/**
 * How well a model predicts the melodies of any folder of music, with intervals by bootstrap over families of like files.
 * @throws UserError when there is nothing to measure, or the model has seen some of it and nobody asked for that by name.
 */
export async function evaluateModel(options: EvaluateOptions, effects: Effects): Promise<EvaluationReport> {
  const { folders, corpus, style } = options
  const path = await findModel({ source: options.model }, folders)
  const { checkpoint, sha256 } = await loadWeights(path)
  const extraction = { ...iteration1.data.extraction, ...(options.loose ? { ignorePolyphonic: true } : {}) }
  const { validation, test } = iteration1.data.split
  const dataset = await buildDataset({ corpus, style }, extraction, { validation, test }, folders, effects)
  const chosen = chooseMelodies(dataset, options, await seenBy(path))
  const named = [...corpus, ...style].join(', ') || 'the embedded tunes'
  const scores: Partial<Record<TestSet, TestScores>> = {}
  const baselines: Partial<Record<TestSet, Baselines>> = {}
  for (const [set, melodies] of Object.entries(chosen.sets) as [TestSet, MelodyRow[]][]) {
    if (melodies.length === 0) throw nothingToMeasure(set, named, dataset.files, options)
    const weights = modelWeights(checkpoint)
    const each = await evaluateEach(checkpoint.spec, weights, eventsOf(melodies), effects, { engine: options.engine })
    scores[set] = testScores(withFamilies(each, melodies), BOOTSTRAP)
    const train = chosen.train[set]
    if (train.length > 0) baselines[set] = labelBaselines(checkpoint.spec, eventsOf(train), eventsOf(melodies))
  }
  return {
    checkpoint: relative(process.cwd(), path),
    sha256,
    step: (checkpoint.state['step'] as number | undefined) ?? null,
    encoding: checkpoint.spec.encoding,
    engine: options.engine,
    corpus: named,
    test: scores,
    baselines,
    melodies: chosen.counts,
  }
}

async function seenBy(weights: string): Promise<MelodySet | null> {
  const list = trainedOnBeside(weights)
  return list === null ? null : decodeMelodySet(await readFile(list), list)
}

interface ChosenMelodies {
  readonly sets: Partial<Record<TestSet, MelodyRow[]>>
  /** The training side of each, whatever is measured. */
  readonly train: Record<TestSet, MelodyRow[]>
  readonly counts: EvaluationReport['melodies']
}

function chooseMelodies(dataset: Dataset, options: EvaluateOptions, known: MelodySet | null): ChosenMelodies {
  const asked = setsOf(dataset)
  const found = [...asked.style, ...asked.general].filter(
    ({ split }) => options.split === 'all' || split === options.split,
  )
  const distinct = firstOfEach(found)
  const isSeen = ({ canonicalHash }: MelodyRow): boolean => known?.has(canonicalHash) ?? false
  const seen = known === null ? null : distinct.filter(isSeen).length
  if (seen !== null && seen > 0 && options.seen === 'refuse') throw seenBefore(seen, distinct.length, options)
  const kept = new Set(distinct.filter((row) => options.seen === 'include' || !isSeen(row)))
  const chosen = (rows: readonly MelodyRow[]): MelodyRow[] => rows.filter((row) => kept.has(row))
  const hasStyle = dataset.files.some(({ style }) => style !== null)
  const hasGeneral = asked.general.length > 0 || !hasStyle
  return {
    sets: {
      ...(hasGeneral ? { general: chosen(asked.general) } : {}),
      ...(hasStyle ? { style: chosen(asked.style) } : {}),
    },
    train: { general: trainingSide(asked.general), style: trainingSide(asked.style) },
    counts: { found: found.length, copies: found.length - distinct.length, seen, measured: kept.size },
  }
}

const trainingSide = (rows: readonly MelodyRow[]): MelodyRow[] => rows.filter(({ split }) => split === 'train')

/** The style's melodies, and the general ones; what is kin to the style and not of it belongs to neither. */
function setsOf({ files, melodies }: Dataset): Record<TestSet, MelodyRow[]> {
  const of = (chosen: readonly FileRow[]): MelodyRow[] => {
    const paths = new Set(chosen.map(({ path }) => path))
    return melodies.filter(({ path }) => paths.has(path))
  }
  return { general: of(generalFiles(files)), style: of(files.filter(({ style }) => style !== null)) }
}

function seenBefore(seen: number, all: number, { model, split }: EvaluateOptions): UserError {
  const side = split === 'all' ? ', --split test the side held out' : ''
  return new UserError(
    `${model} was trained on ${seen} of these ${counted(all, 'melody', 'melodies')}, so a number would be partly memory: ` +
      `--seen leave-out measures the others, --seen include all of them${side}`,
  )
}

function nothingToMeasure(
  set: TestSet,
  named: string,
  files: readonly FileRow[],
  { split, seen, model }: EvaluateOptions,
): UserError {
  const side = split === 'all' ? '' : ` on its ${split} side`
  const left = seen === 'leave-out' ? ` that ${model} has not seen` : ''
  return new UserError(
    `no ${set} melody${left} to measure in ${named}${side}: ${counted(files.length, 'file')} gave none ` +
      '(cantus corpus explain FILE says why a file gives none; more files may help)',
  )
}

const digits = (value: number): string => (Number.isNaN(value) ? 'undefined' : value.toFixed(4))
const intervalText = ({ value, low, high }: Interval): string => `${digits(value)} [${digits(low)}, ${digits(high)}]`

/** Scores of several names as a table: a row a measure, a column a name; value and 95% interval. */
function scoreTable(columns: Readonly<Record<string, TestScores>>): string {
  const rows = MEASURES.map((measure): TableRow => {
    const cells = Object.entries(columns).map(([name, scores]) => [name, intervalText(scores[measure])])
    return { measure: MEASURE_TITLES[measure], ...(Object.fromEntries(cells) as Record<string, string>) }
  })
  return textTable(rows)
}

function reportText({ checkpoint, step, encoding, corpus, test, baselines, melodies }: EvaluationReport): string {
  const { found, copies, seen, measured } = melodies
  const trained =
    seen === null
      ? 'nothing says which melodies this model was trained on, so none could be left out'
      : `${seen.toLocaleString('en')} of them were trained on`
  return [
    `${checkpoint} (${encoding}${step === null ? '' : `, step ${step.toLocaleString('en')}`}) on ${corpus}`,
    `${counted(found, 'melody', 'melodies')}, ${copies.toLocaleString('en')} of them copies; ${trained}; ${measured.toLocaleString('en')} measured`,
    '',
    scoreTable(test as Record<string, TestScores>),
    '',
    ...baselineLines(test, baselines),
    'In brackets: 95% intervals, by bootstrap over families of like files.',
  ].join('\n')
}

/** What event frequencies alone reach, and whether the model does better. */
export function baselineLines(test: EvaluationReport['test'], baselines: EvaluationReport['baselines']): string[] {
  return (Object.entries(baselines) as [TestSet, Baselines][]).flatMap(([set, found]) => {
    const worse = worseThanFrequencies(test[set]!.loss.value, found)
    return [
      `Event frequencies of the ${set} training side alone: loss ${digits(found.unigramLoss)}, accuracy ${digits(found.majorityAccuracy)}`,
      ...(worse === null ? [] : [`Warning: on ${set} music this model ${worse}`]),
    ]
  })
}

/** The summary as tables: models and baselines on each test set. */
export function summaryText(summary: Pick<Summary, 'iterations' | 'baselines' | 'corpus'>): string {
  const tables = TEST_SETS.map((set) => {
    const { melodies, families } = summary.iterations['1'].test[set]
    const title = `${set}: ${counted(melodies, 'test melody', 'test melodies')} of ${counted(families, 'family', 'families')}`
    return `${title}\n\n${textTable(testTable(summary, set))}`
  })
  return [
    `Trained on ${summary.corpus}`,
    ...tables,
    'After each number its 95% interval, by bootstrap over families of like files.',
  ].join('\n\n')
}

interface Flags {
  corpus: string[]
  style: string[]
  split: Split | 'all'
  seen: EvaluateOptions['seen']
  engine: EvaluateOptions['engine']
  results?: string
  scale?: Scale
  loose?: boolean
  further: boolean
  studyLogs?: string
  musical?: string[] | false
  json?: boolean
}

const FURTHER =
  'Training quick models with seeds 2 and 3 and one by a leaky split, unless they are trained: about 10 minutes on 2 cores'

async function runCommand(model: string | undefined, flags: Flags): Promise<void> {
  const { corpus, style, results, json } = flags
  const effects = cliEffects()
  // Of a model the folders of music are what it is measured on, not what its results are of.
  const own = model === undefined ? { corpus, style } : { corpus: [], style: [] }
  const there = await resultsThere({ results, scale: flags.scale, ...own }, effects)
  const { folders, scale } = there
  const print = (value: unknown, text: () => string): void =>
    void process.stdout.write(`${json ? JSON.stringify(value) : text()}\n`)
  if (flags.studyLogs !== undefined) {
    const record = await studyRecord(flags.studyLogs)
    await studyRecordFile.write(folders.root, record)
    return print(record, () => `Written: ${relative(process.cwd(), join(folders.root, studyRecordFile.path))}`)
  }
  if (Array.isArray(flags.musical)) {
    const profile = await profileFiles(flags.musical, humanReference(folders.root), effects)
    return print(profile, () => profileText(profile))
  }
  if (model !== undefined) {
    const report = await evaluateModel({ ...flags, model, folders }, effects)
    return print(report, () => reportText(report))
  }
  const study = await openPublishedStudy(there, effects)
  if (flags.further) effects.reporter.line(FURTHER)
  const summary = await summarize(study, flags.further, effects)
  const written = [summaryFile.path]
  if (flags.musical !== false) {
    await evaluateMusic(study, MUSICAL_SIZES[scale], effects)
    written.push(musicalFile.path)
  }
  const places = written.map((path) => relative(process.cwd(), join(folders.root, path)))
  print(summary, () => `${summaryText(summary)}\n\nWritten: ${places.join(', ')}`)
}

/** `cantus evaluate [MODEL]` */
export function registerEvaluate(program: Command): void {
  withResultsFolder(program.command('evaluate'))
    .description(
      'measure a model on music of yours; without a model, the published study (report/results/summary.json)',
    )
    .argument('[model]', MODEL_NAMES_HELP)
    .option('--corpus <dir>', 'a folder of music (repeatable); of the study: the one it was trained on', collect, [])
    .option('--style <dir>', 'a folder of music of one style (repeatable)', collect, [])
    .addOption(
      new Option('--split <side>', 'of a model: the side of the corpus that is measured')
        .choices(['all', 'train', 'validation', 'test'])
        .default('all'),
    )
    .addOption(
      new Option('--seen <how>', 'of a model: melodies it was trained on')
        .choices(['refuse', 'leave-out', 'include'])
        .default('refuse'),
    )
    .addOption(
      new Option('--engine <name>', 'of a model: portable gives the same last digit everywhere, slowly')
        .choices(['backend', 'portable'])
        .default('backend'),
    )
    .addOption(
      new Option('--scale <scale>', 'whose results (default: full; of music of your own the largest there is)').choices(
        SCALES,
      ),
    )
    .option(
      '--further',
      'of the study: train seven more quick models too, for seeds and leaky split: over 9 minutes',
      false,
    )
    .option('--no-further', 'of the study: leave those out, as is the default')
    .option('--musical <paths...>', 'instead: a musical profile of MIDI or ABC files, or of folders of them')
    .option('--no-musical', 'of the study: leave out the musical evaluation, minutes')
    .option(
      '--study-logs <dir>',
      `write what the logs of the original study come to (${studyRecordFile.path}), and nothing else`,
    )
    .option('--loose', 'take the top line of a polyphonic track; else it is dropped, as in the study')
    .option('--json', 'print the result as one JSON object')
    .action(runCommand)
}
