import { readFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { RollMelody } from '../charts/pianoRoll.ts'
import type { IterationName, Scale } from '../config/experimentConfig.ts'
import type { IterationResult } from '../results/iterationResult.ts'
import { readSidecar } from '../results/sidecar.ts'
import type { TunerReport } from '../results/tunerReport.ts'
import { type Overrides, overridesSchema } from '../config/overrides.ts'
import { SCALES } from '../config/scales.ts'
import { UserError } from '../support/errors.ts'
import { studyFolders } from '../support/projectRoot.ts'
import { fromAnywhere } from '../study/studyResults.ts'

/** What the notebooks are executed with. It reaches their cells through the environment, because a cell has no arguments. */
export interface NotebookRequest {
  readonly scale: Scale
  /** Whether cells train what is not trained yet; else they read the published results, which needs no music. */
  readonly train: boolean
  readonly corpus: readonly string[]
  readonly style: readonly string[]
  readonly seed?: number
  /** Steps of every training; absent = those of the scale. */
  readonly steps?: number
  /** Settings that replace those of every iteration. */
  readonly settings?: Overrides
}

/** The request as environment variables; folders are made absolute, because a notebook has another working directory. */
export function requestEnvironment(request: NotebookRequest): Record<string, string> {
  const folders = (paths: readonly string[]): string => paths.map(fromAnywhere).join(delimiter)
  return {
    CANTUS_SCALE: request.scale,
    CANTUS_TRAIN: request.train ? '1' : '',
    CANTUS_CORPUS: folders(request.corpus),
    CANTUS_STYLE: folders(request.style),
    CANTUS_SEED: request.seed === undefined ? '' : String(request.seed),
    CANTUS_STEPS: request.steps === undefined ? '' : String(request.steps),
    CANTUS_SET: request.settings === undefined ? '' : JSON.stringify(request.settings),
  }
}

/**
 * The request a notebook runs with: CANTUS_SCALE (full, the published study, where it is not set), CANTUS_TRAIN (1 to
 * train; where no scale is set nothing is trained), CANTUS_CORPUS and CANTUS_STYLE (folders, separated as in PATH), CANTUS_SEED,
 * CANTUS_STEPS and CANTUS_SET (settings as JSON).
 * @throws UserError for an invalid scale, seed, number of steps or setting.
 */
export function notebookRequest(environment: NodeJS.ProcessEnv = process.env): NotebookRequest {
  const scale = SCALES.find((name) => name === (environment['CANTUS_SCALE'] || 'full'))
  if (scale === undefined)
    throw new UserError(`unknown CANTUS_SCALE ${environment['CANTUS_SCALE']}: choose ${SCALES.join(', ')}`)
  const folders = (text = ''): string[] => text.split(delimiter).filter((path) => path !== '')
  const seed = wholeNumber(environment, 'CANTUS_SEED')
  const steps = wholeNumber(environment, 'CANTUS_STEPS')
  const settings = environment['CANTUS_SET'] ? settingsIn(environment['CANTUS_SET']) : undefined
  return {
    scale,
    train: environment['CANTUS_TRAIN'] === '1',
    corpus: folders(environment['CANTUS_CORPUS']),
    style: folders(environment['CANTUS_STYLE']),
    ...(seed === undefined ? {} : { seed }),
    ...(steps === undefined ? {} : { steps }),
    ...(settings === undefined ? {} : { settings }),
  }
}

function wholeNumber(environment: NodeJS.ProcessEnv, name: string): number | undefined {
  const text = environment[name]
  if (!text) return undefined
  if (Number.isInteger(Number(text))) return Number(text)
  throw new UserError(`invalid ${name} ${text}: expected a whole number`)
}

function settingsIn(text: string): Overrides {
  const read = overridesSchema.safeParse(parseJson(text))
  if (read.success) return read.data
  throw new UserError(`invalid CANTUS_SET ${text}: expected settings by section, such as {"training":{"steps":9}}`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** A published melody as a cell shows it. */
export interface ShownMelody extends RollMelody {
  readonly title: string
  readonly primer: string
  readonly midi: Uint8Array
  /** Nats a generated step, at temperature 1. */
  readonly logLikelihoodPerStep: number
}

async function shownMelody(path: string): Promise<ShownMelody> {
  const sidecar = readSidecar(path.replace(/\.mid$/, '.json'))
  const steps = sidecar.events.length - sidecar.conditionedOn.length
  return {
    title: `${sidecar.primer}, iteration ${sidecar.iteration}`,
    primer: sidecar.primer,
    events: sidecar.events,
    primerSteps: sidecar.primerEvents.length,
    midi: await readFile(path),
    logLikelihoodPerStep: sidecar.logLikelihood / Math.max(1, steps),
  }
}

/** The first melody of each primer, in the order they were published. */
export async function firstMelodies(
  result: Pick<IterationResult, 'melodies' | 'config'>,
  root: string = studyFolders(process.env, result.config.scale).root,
): Promise<ShownMelody[]> {
  const first = result.melodies.filter((path) => path.endsWith('_nr_1.mid'))
  return Promise.all(first.map((path) => shownMelody(join(root, path))))
}

/** The tuner's melodies from one primer, before and after, pair by pair. */
export async function tunedMelodies(
  { melodies }: Pick<TunerReport, 'melodies'>,
  primer: string,
  root: string,
): Promise<ShownMelody[]> {
  const places = melodies.filter((each) => each.primer === primer).flatMap(({ before, after }) => [before, after])
  const shown = await Promise.all(places.map((place) => shownMelody(join(root, `generated_melodies/${place}.mid`))))
  return shown.map((melody, n) => ({ ...melody, title: `${primer}, ${n % 2 === 0 ? 'before' : 'after'}` }))
}

/** Names of the notebooks, in reading order, and the iteration each shows. */
export const NOTEBOOKS: readonly { readonly name: string; readonly iteration: IterationName | null }[] = [
  { name: '0-one-melody', iteration: null },
  { name: '1-corpus', iteration: null },
  { name: '2-iteration-1', iteration: '1' },
  { name: '3-iteration-2.1', iteration: '2.1' },
  { name: '4-iteration-2.2', iteration: '2.2' },
  { name: '5-iteration-3', iteration: '3.1' },
  { name: '6-musical-evaluation', iteration: null },
  { name: '7-rl-tuner', iteration: null },
  { name: '8-playing-together', iteration: null },
]
