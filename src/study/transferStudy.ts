import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chooseDial, dialCurve, type DialMelodies } from '../evaluation/dialCurve.ts'
import { scoreDifference, testScores } from '../evaluation/intervals.ts'
import { gapCurve } from '../evaluation/summary.ts'
import { experiment, ITERATIONS } from '../config/scales.ts'
import type { CorpusRequest } from '../dataset/buildDataset.ts'
import type { MelodyRow } from '../dataset/dataset.ts'
import type { DialledNetwork } from '../generation/styleDial.ts'
import { decodeWeights } from '../model/safetensors.ts'
import type { IterationResult } from '../results/iterationResult.ts'
import { readResult } from '../results/publishedResults.ts'
import { type Transfer, transferFile, type TransferReport } from '../results/transferReport.ts'
import type { Effects } from '../support/effects.ts'
import { UserError } from '../support/errors.ts'
import { sha256 } from '../support/files.ts'
import { mulberry32, shuffled } from '../support/random.ts'
import type { StudyFolders } from '../support/projectRoot.ts'
import { BOOTSTRAP, scoresOf } from './measuredModel.ts'
import { type OpenedIteration, openIteration } from './reproduce.ts'
import { reproduceCommand } from './studyResults.ts'
import { itemAt } from '../support/itemAt.ts'

/** Most melodies of each kind and side that the dial's curve is measured on, where nothing else is asked for. */
export const DIAL_MELODIES = 400

/** Options of `transferStudy`. */
export interface TransferOptions extends CorpusRequest {
  readonly folders: StudyFolders
  /** Melodies of each kind and side that the dial's curve is measured on, at most. */
  readonly dialMelodies: number
}

/** General loss may rise by this share for the sake of the style. */
const LIMIT = 0.03

/**
 * What each published transfer learnt and forgot: both models on both kinds of music, the losses of what stands between them, and
 * training against validation over its steps. Writes `report/results/transfer.json`.
 * @throws UserError when no transfer is published with its parent, or other music is named; InterruptedError.
 */
export async function transferStudy(options: TransferOptions, effects: Effects): Promise<TransferReport> {
  const { root } = options.folders
  const pairs = ITERATIONS.flatMap((style) => {
    const parent = ITERATIONS.find((name) => name === experiment(style, 'full').warmStart?.from)
    const [general, transferred] = [parent === undefined ? null : readResult(root, parent), readResult(root, style)]
    return general && transferred ? [{ general, style: transferred }] : []
  })
  if (pairs.length === 0)
    throw new UserError(
      `no transfer is published with its parent in ${join(root, 'report/results')}: ${reproduceCommand(options)} makes them`,
    )
  const transfers: Transfer[] = []
  for (const pair of pairs) transfers.push(await transferOf(pair, options, effects))
  const report: TransferReport = {
    format: 'cantus-transfer-1',
    datasetHash: itemAt(pairs, 0).style.dataset.hash,
    transfers,
  }
  await transferFile.write(root, report)
  return report
}

function parentOf({ run, parent }: OpenedIteration): OpenedIteration {
  if (parent === null) throw new Error(`${run} starts from no other iteration`)
  return parent
}

interface Pair {
  readonly general: IterationResult
  readonly style: IterationResult
}

async function transferOf(pair: Pair, options: TransferOptions, effects: Effects): Promise<Transfer> {
  const opened = await openTransfer(pair, options, effects)
  const ofGeneral = parentOf(opened).part
  const ofStyle = opened.part
  const [first, second] = [await published(pair.general, options), await published(pair.style, options)]
  const score = async (network: DialledNetwork) => ({
    general: await scoresOf(network, ofGeneral.test, effects),
    style: await scoresOf(network, ofStyle.test, effects),
  })
  const [before, after] = [await score(first), await score(second)]
  const row = ({ config, run, step }: IterationResult, scores: typeof before): Transfer['forgetting'][0] => ({
    ...{ iteration: config.iteration, run, step },
    general: testScores(scores.general, BOOTSTRAP),
    style: testScores(scores.style, BOOTSTRAP),
  })
  const sides = { validation: some(opened, 'validation', options), test: some(opened, 'test', options) }
  const points = await dialCurve({ general: first, style: second }, sides, effects)
  const train = testScores(await scoresOf(second, ofStyle.train, effects), BOOTSTRAP)
  const forgetting: Transfer['forgetting'] = [row(pair.general, before), row(pair.style, after)]
  return {
    forgetting,
    differences: {
      general: scoreDifference(before.general, after.general, 'loss', BOOTSTRAP),
      style: scoreDifference(before.style, after.style, 'loss', BOOTSTRAP),
    },
    dial: {
      melodies: { validation: countsOf(sides.validation), test: countsOf(sides.test) },
      points,
      chosen: chooseDial(points, LIMIT),
      limit: LIMIT,
    },
    gap: { curve: gapCurve(pair.style.curve), published: { train, test: forgetting[1].style } },
  }
}

/** The transfer's settings and data. @throws UserError when these are not what it was published from. */
async function openTransfer(
  { general, style }: Pair,
  { corpus, style: styleFolders, folders }: TransferOptions,
  effects: Effects,
): Promise<OpenedIteration> {
  const { iteration, scale, seed, data, training } = style.config
  const opened = await openIteration(
    {
      ...{ iteration, scale, seed, corpus, style: styleFolders, folders },
      steps: { [iteration]: training.steps, [general.config.iteration]: general.config.training.steps },
      loose: data.extraction.ignorePolyphonic,
    },
    effects,
  )
  if (opened.dataset.hash !== style.dataset.hash)
    throw new UserError(
      `${opened.corpus} gives data set ${opened.dataset.hash.slice(0, 12)}, iteration ${iteration} was trained on ${style.dataset.hash.slice(0, 12)} of ${style.dataset.corpus}: name that with --corpus and --style`,
    )
  return opened
}

/** @throws UserError when the file is not the one that was published. */
async function published({ checkpoint }: IterationResult, { folders }: TransferOptions): Promise<DialledNetwork> {
  const bytes = await readFile(join(folders.root, checkpoint.path))
  if (sha256(bytes) !== checkpoint.sha256)
    throw new UserError(`${checkpoint.path} is not the file that was published: put it back`)
  return decodeWeights(bytes)
}

/** Some melodies of a side, the same ones each time. */
function some(opened: OpenedIteration, side: 'validation' | 'test', { dialMelodies }: TransferOptions): DialMelodies {
  const of = (rows: readonly MelodyRow[]): MelodyRow[] => shuffled(rows, mulberry32(1)).slice(0, dialMelodies)
  return { general: of(parentOf(opened).part[side]), style: of(opened.part[side]) }
}

const countsOf = ({ general, style }: DialMelodies) => ({ general: general.length, style: style.length })
