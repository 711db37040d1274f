import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MelodyRow } from '../dataset/dataset.ts'
import { eventEncoding } from '../dataset/encoding.ts'
import { continueByPredictor } from '../evaluation/continueByPredictor.ts'
import { labelsOf, learnContexts, ppmPredictor } from '../evaluation/predictors.ts'
import { melodyMidi } from '../generation/compose.ts'
import { generateAll } from '../generation/generate.ts'
import { openModelFile } from '../generation/modelFile.ts'
import { type Order, orders } from '../generation/orders.ts'
import { PRIMER_BARS } from '../generation/primers.ts'
import { type StarterPrimer, starterPrimer, starterPrimers } from '../generation/starterPrimers.ts'
import type { IterationResult } from '../results/iterationResult.ts'
import { type PredictorSidecar, predictorSidecarText } from '../results/predictorSidecar.ts'
import { readResults } from '../results/publishedResults.ts'
import { sidecarText } from '../results/sidecar.ts'
import { type StarterContinuation, type StarterReport, starterReportFile } from '../results/starterReport.ts'
import { summaryFile } from '../results/summary.ts'
import type { Effects } from '../support/effects.ts'
import { InterruptedError, UserError } from '../support/errors.ts'
import { sha256 } from '../support/files.ts'
import { replaceFolder } from '../support/folders.ts'
import { mulberry32, seedFrom } from '../support/random.ts'
import { openPublishedStudy, type PublishedStudy, type StudyRequest } from './publishedStudy.ts'

/** Where the continuations of the held-out primers lie, below the folder of the results. */
export const STARTER_MELODIES = 'generated_melodies/starter'
/** Bars that are added to a primer's four. */
export const ADDED_BARS = 8
/** Iteration whose training melodies PPM learns from: the general corpus. */
const LEARNT_FROM = '2.1'

interface MadeFile extends Pick<StarterContinuation, 'primer' | 'by' | 'events'> {
  /** Without its ending. */
  readonly name: string
  readonly midi: Uint8Array
  /** Text of its sidecar; null for a person's, which the starter set holds. */
  readonly sidecar: string | null
}

/**
 * Each published model and PPM continue the twelve held-out primers from bar 5 on, eight bars each, and the composer's own
 * continuation is written beside them: MIDI with sidecars in `generated_melodies/starter`, which is replaced as a whole, and
 * `report/results/starter.json`.
 * @throws UserError where nothing is published; InterruptedError.
 */
export async function makeStarterMelodies(request: StudyRequest, effects: Effects): Promise<StarterReport> {
  const { root } = request.folders
  const order = ppmOrder(root)
  const study = await openPublishedStudy(request, effects)
  const results = readResults(root)
  const made: MadeFile[] = starterPrimers.map(byPerson)
  made.push(...byPpm(study, order, effects))
  for (const result of results) made.push(...(await byModel(root, result, effects)))
  await writeMelodies(made, join(root, STARTER_MELODIES), effects)
  const report: StarterReport = {
    format: 'cantus-starter-melodies-report-1',
    bars: { given: PRIMER_BARS, added: ADDED_BARS },
    models: results.map(({ config, run, checkpoint }) => {
      return { iteration: config.iteration, run, checkpointSha256: checkpoint.sha256 }
    }),
    ppm: { order, melodies: study.opened[LEARNT_FROM].part.train.length },
    melodies: made.map(({ primer, by, events, name }) => {
      return { primer, by, file: `${STARTER_MELODIES}/${name}.mid`, events }
    }),
  }
  await starterReportFile.write(root, report)
  return report
}

async function writeMelodies(made: readonly MadeFile[], target: string, effects: Effects): Promise<void> {
  const write = async (fresh: string): Promise<void> => {
    for (const { name, midi, sidecar } of made) {
      await writeFile(join(fresh, `${name}.mid`), midi)
      if (sidecar !== null) await writeFile(join(fresh, `${name}.json`), sidecar)
    }
  }
  await replaceFolder({ target, nowMs: effects.now(), write })
}

const totalSteps = ({ stepsPerBar }: StarterPrimer): number => (PRIMER_BARS + ADDED_BARS) * stepsPerBar

async function byModel(root: string, result: IterationResult, effects: Effects): Promise<MadeFile[]> {
  const { config, checkpoint, run, step } = result
  const { iteration, scale } = config
  const { model, sha256: checkpointSha256 } = await openModelFile(join(root, checkpoint.path))
  const provenance = { iteration, scale, run, checkpoint: checkpoint.path, checkpointSha256, step }
  const list = starterPrimers.flatMap((primer) => ordersOf(primer, result))
  const melodies = await generateAll(model, list, provenance, effects)
  return melodies.map(({ name, midi, sidecar }) => {
    const { primer, events } = sidecar
    return { name, midi, sidecar: sidecarText(sidecar), primer, events, by: iteration }
  })
}

/** With the iteration's own decoding, but from bar 5 on: nothing is appended, so that all begin where the composer does. */
function ordersOf(primer: StarterPrimer, { config }: IterationResult): Order[] {
  const { iteration, seed, generation } = config
  const { perPrimer: _perPrimer, appendix: _appendix, totalSteps: _totalSteps, ...decoding } = generation
  const options = { ...decoding, seed, iteration, totalSteps: totalSteps(primer) }
  return orders(primer.name, starterPrimer(primer, false), 1, options)
}

/** The labels of context that the validation melodies chose. */
function ppmOrder(root: string): number {
  const order = summaryFile.read(root)?.baselines.general.find(({ name }) => name === 'ppm')?.order
  if (typeof order === 'number') return order
  throw new UserError(`${join(root, summaryFile.path)} holds no PPM: run "cantus study summarize" first`)
}

function byPpm({ opened }: PublishedStudy, order: number, effects: Effects): MadeFile[] {
  const { part, config, dataset } = opened[LEARNT_FROM]
  const encoding = eventEncoding(config.model)
  effects.reporter.line(`PPM learns from ${part.train.length} training melodies`)
  const events = part.train.map((row: MelodyRow) => row.events)
  const predictor = ppmPredictor(learnContexts(encoding.classes, order, labelsOf(encoding, events)), order)
  const trainedOn = { iteration: LEARNT_FROM, melodies: part.train.length, datasetHash: dataset.hash } as const
  return starterPrimers.map((primer) => {
    if (effects.signal.aborted)
      throw new InterruptedError('stopped: nothing was written; the same command starts again')
    const { conditionedOn, qpm, timeSignature } = starterPrimer(primer, false)
    const seed = seedFrom(config.seed, 'ppm', primer.name, 1)
    const steps = totalSteps(primer)
    const job = { encoding, conditionedOn, totalSteps: steps }
    const { events: melody, logLikelihood } = continueByPredictor(predictor, job, mulberry32(seed))
    const midi = melodyMidi(melody, qpm, timeSignature)
    const sidecar: PredictorSidecar = {
      format: 'cantus-continuation-1',
      ...{ predictor: 'ppm', order, trainedOn, primer: primer.name, conditionedOn, seed, totalSteps: steps, qpm },
      ...(timeSignature === undefined ? {} : { timeSignature }),
      ...{ logLikelihood, events: melody, midiSha256: sha256(midi) },
    }
    const name = `ppm_${primer.name}_nr_1`
    return { name, midi, sidecar: predictorSidecarText(sidecar), primer: primer.name, events: melody, by: 'ppm' }
  })
}

/** The composer's own tune, as long as the others. */
function byPerson(primer: StarterPrimer): MadeFile {
  const { qpm, timeSignature } = starterPrimer(primer, false)
  const events = primer.tune.slice(0, totalSteps(primer))
  const midi = melodyMidi(events, qpm, timeSignature)
  return { name: `person_${primer.name}`, midi, sidecar: null, primer: primer.name, events, by: 'person' }
}
