import type { Scale } from '../config/experimentConfig.ts'
import type { ModelSpec } from '../config/modelSpec.ts'
import type { CorpusRequest } from '../dataset/buildDataset.ts'
import type { MelodyRow } from '../dataset/dataset.ts'
import { spreadOf, testScores } from '../evaluation/intervals.ts'
import { minutesTo, TIMED_LOSSES } from '../evaluation/targets.ts'
import { parameterShapes } from '../model/weights.ts'
import {
  type AblationReport,
  ablationFile,
  type AblationRow,
  type AblationRun,
  REFERENCE,
} from '../results/ablationReport.ts'
import { TEST_SETS } from '../results/summary.ts'
import type { Effects } from '../support/effects.ts'
import { UserError } from '../support/errors.ts'
import type { StudyFolders } from '../support/projectRoot.ts'
import { mulberry32, shuffled } from '../support/random.ts'
import { recordOf } from '../support/records.ts'
import { bestCheckpoint } from '../training/bestCheckpoint.ts'
import { runFolderOf } from '../training/runDirectory.ts'
import { type AblationPlan, ablationRows } from './ablationRows.ts'
import { BOOTSTRAP, scoresOf } from './measuredModel.ts'
import { asPublished, type OpenedIteration, openIteration, trainIteration } from './reproduce.ts'

/** Options of `noteAblations`. */
export interface NoteAblationOptions extends CorpusRequest {
  readonly scale: Scale
  /** Rows to train; all where none is named. */
  readonly only: readonly string[]
  /** Seeds of the rows that are trained with several. */
  readonly seeds: number
  readonly folders: StudyFolders
}

/**
 * Trains the network that hears intervals without each of its parts, in other sizes and with less music, and writes
 * `report/results/ablations.json` after each row. It can be stopped at any moment: the same command resumes, and rows that are
 * there are not trained again.
 * @throws UserError for a row there is not; InterruptedError.
 */
export async function noteAblations(options: NoteAblationOptions, effects: Effects): Promise<AblationReport> {
  const { scale, folders } = options
  const { corpus, style } = options
  const all = ablationRows(scale)
  const ofStyle = await openIteration({ iteration: '3.2', scale, corpus, style, folders }, effects)
  // The reference comes first: the others are compared with it.
  const order = askedRows(all, options.only).sort((a, b) => Number(b.id === REFERENCE) - Number(a.id === REFERENCE))
  for (const [n, plan] of order.entries()) {
    effects.reporter.line(`row ${n + 1} of ${order.length}, ${plan.id}: ${plan.title}`)
    const before = ablationFile.read(folders.root)
    const there = before?.datasetHash === ofStyle.dataset.hash && before.scale === scale ? before.rows : []
    const measured = there.flatMap(({ runs }) => runs)
    const { opened, row } = await trainedRow(plan, { ...options, styleTest: ofStyle.part.test, measured }, effects)
    const rows = all.flatMap(({ id, title }) => {
      const kept = id === plan.id ? row : there.find((each) => each.id === id)
      return kept === undefined ? [] : { ...kept, title }
    })
    await ablationFile.write(folders.root, {
      ...{ format: 'cantus-ablations-1', scale, corpus: opened.corpus, datasetHash: opened.dataset.hash },
      rows,
    })
  }
  const report = ablationFile.read(folders.root)
  if (report === null) throw new Error('no row of the ablations was asked for')
  return report
}

function askedRows(all: readonly AblationPlan[], only: readonly string[]): AblationPlan[] {
  const unknown = only.find((id) => all.every((plan) => plan.id !== id))
  if (unknown !== undefined)
    throw new UserError(`no row "${unknown}": choose some of ${all.map(({ id }) => id).join(', ')}`)
  return all.filter(({ id }) => only.length === 0 || only.includes(id))
}

/** What rows are measured on, and the runs that are measured already. */
interface RowOptions extends NoteAblationOptions {
  readonly styleTest: readonly MelodyRow[]
  readonly measured: readonly AblationRun[]
}

/** A row, each of its runs trained unless it is measured already: the name of a run says all that decides its result. */
async function trainedRow(
  plan: AblationPlan,
  options: RowOptions,
  effects: Effects,
): Promise<{ readonly opened: OpenedIteration; readonly row: AblationRow }> {
  const seeds = Array.from({ length: plan.manySeeds ? options.seeds : 1 }, (_, n) => n + 1)
  const runs: AblationRun[] = []
  let opened = await openRow(plan, { ...options, seed: 1 }, effects)
  for (const seed of seeds) {
    opened = await openRow(plan, { ...options, seed }, effects)
    const { run } = opened
    runs.push(
      options.measured.find((each) => each.run === run) ?? (await trainedRun(opened, options.styleTest, effects)),
    )
  }
  const { model, training } = opened.config
  const row: AblationRow = {
    ...{ id: plan.id, group: plan.group, title: plan.title, parameters: parametersOf(model) },
    ...{ trainingMelodies: opened.part.train.length, steps: training.steps, model, runs },
    spread: recordOf(TEST_SETS, (set) => spreadOf(runs.map(({ test }) => test[set].loss.value))),
  }
  return { opened, row }
}

/** Iteration 3.1 as a row has it; with fewer melodies in a run of its own. */
async function openRow(
  { model, training, melodies }: AblationPlan,
  { scale, seed, corpus, style, folders }: NoteAblationOptions & { readonly seed: number },
  effects: Effects,
): Promise<OpenedIteration> {
  const opened = await openIteration(
    { iteration: '3.1', scale, seed, corpus, style, folders, replaced: { model, training } },
    effects,
  )
  if (melodies === undefined) return opened
  const run = `${opened.run}-m${melodies}`
  const train = shuffled(opened.part.train, mulberry32(1)).slice(0, melodies)
  return {
    ...opened,
    ...{ run, runFolder: runFolderOf(folders.data, '3.1', run), part: { ...opened.part, train } },
  }
}

/** @param styleTest the test melodies of the style, which a general network never saw either. */
async function trainedRun(
  opened: OpenedIteration,
  styleTest: readonly MelodyRow[],
  effects: Effects,
): Promise<AblationRun> {
  const { checkpoint, rows, seconds } = await trainIteration(opened, effects)
  const { step, weights } = (await bestCheckpoint(opened.runFolder, checkpoint)).best
  const network = { spec: checkpoint.spec, weights: asPublished(checkpoint.spec, weights) }
  const general = testScores(await scoresOf(network, opened.part.test, effects), BOOTSTRAP)
  const style = testScores(await scoresOf(network, styleTest, effects), BOOTSTRAP)
  const validation = Math.min(...rows.filter(({ kind }) => kind === 'test').map(({ loss }) => loss))
  const minutes = recordOf(TIMED_LOSSES.map(String), (loss) => minutesTo(rows, Number(loss)))
  return { run: opened.run, seed: opened.config.seed, step, seconds, minutes, validation, test: { general, style } }
}

/** How many numbers the weights of a network hold. */
export const parametersOf = (spec: ModelSpec): number =>
  parameterShapes(spec).reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0)
