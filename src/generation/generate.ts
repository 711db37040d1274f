import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { ExperimentConfig } from '../config/experimentConfig.ts'
import { type Sidecar, sidecarText } from '../results/sidecar.ts'
import type { Effects } from '../support/effects.ts'
import { InterruptedError } from '../support/errors.ts'
import { sha256 } from '../support/files.ts'
import { replaceFolder } from '../support/folders.ts'
import { compose, composeMany, type Composition } from './compose.ts'
import type { MelodyModel } from './continueMelody.ts'
import { openModelFile } from './modelFile.ts'
import { type Order, primerOrders } from './orders.ts'
import { PRIMER_NAMES } from './primers.ts'
import { itemAt } from '../support/itemAt.ts'

/** The melodies of an iteration, as they are published. */
export interface GenerationJob {
  readonly config: ExperimentConfig
  /** The published fp16 weights. */
  readonly weightsFile: string
  /** How sidecars name them: relative to the folder that holds `report/`. */
  readonly weightsPath: string
  readonly run: string
  /** Optimizer steps behind the weights. */
  readonly step: number
  /** The folder `generated_melodies`. */
  readonly outFolder: string
}

/** A melody with its sidecar and bytes, not yet written. */
export interface GeneratedMelody {
  /** File name without extension. */
  readonly name: string
  readonly sidecar: Sidecar
  readonly midi: Uint8Array
}

/** Origin of a melody: the part of a sidecar outside the recipe. */
export type Provenance = Pick<
  Sidecar,
  'iteration' | 'scale' | 'run' | 'checkpoint' | 'checkpointSha256' | 'step' | 'dial'
>

/**
 * Generates the melodies of an iteration from the study's seven primers and writes each as MIDI with its sidecar to
 * `<outFolder>/iteration_<it>/it_<it>_<primer>_nr_<n>`. The folder is replaced as a whole once all are there; what stops
 * or fails leaves the old one.
 * @throws ModelFileError, InterruptedError
 */
export async function generateMelodies(job: GenerationJob, effects: Effects): Promise<Sidecar[]> {
  const { config, run, step, weightsPath } = job
  const { iteration, scale } = config
  const { model, sha256: checkpointSha256 } = await openModelFile(job.weightsFile)
  const provenance = { iteration, scale, run, checkpoint: weightsPath, checkpointSha256, step }
  const melodies = await generateAll(model, studyOrders(config), provenance, effects)
  const folder = join(job.outFolder, `iteration_${iteration}`)
  const write = async (fresh: string): Promise<void> => {
    for (const { name, sidecar, midi } of melodies) {
      await writeFile(join(fresh, `${name}.mid`), midi)
      await writeFile(join(fresh, `${name}.json`), sidecarText(sidecar))
    }
  }
  await replaceFolder({ target: folder, nowMs: effects.now(), write })
  return melodies.map(({ sidecar }) => ({ ...sidecar, iteration, scale }))
}

/** The orders of an iteration: each primer `perPrimer` times, each with a seed of its own. */
function studyOrders(config: ExperimentConfig): Order[] {
  return PRIMER_NAMES.flatMap((name) => primerOrders(name, config.generation.perPrimer, config))
}

/** Makes melodies one after the other, with a progress bar; stops with InterruptedError when the signal says so. */
export async function generateAll(
  model: MelodyModel,
  list: readonly Order[],
  provenance: Provenance,
  effects: Effects,
): Promise<GeneratedMelody[]> {
  const { reporter } = effects
  const steps = ({ recipe: { totalSteps, conditionedOn, rewrite } }: Order): number =>
    rewrite === undefined
      ? totalSteps - conditionedOn.length
      : (totalSteps - conditionedOn.length - rewrite.following.length) * rewrite.candidates
  const bar = reporter.bar(
    'Generating melodies',
    list.reduce((sum, order) => sum + steps(order), 0),
    'steps',
  )
  const melodies: GeneratedMelody[] = []
  let before = 0
  try {
    for (const orders of sideBySide(list)) {
      const order = itemAt(orders, 0)
      const name = orders.length === 1 ? order.name : `${orders.length} at a time`
      const onStep = watch(orders, effects, (done) => bar.update(before + done, name))
      const made =
        orders.length === 1
          ? [await compose(model, order.recipe, onStep)]
          : await composeMany(
              model,
              orders.map(({ recipe }) => recipe),
              onStep,
            )
      melodies.push(...made.map((composition, n) => withSidecar(itemAt(orders, n), composition, provenance)))
      before += orders.reduce((sum, each) => sum + steps(each), 0)
      bar.update(before, name)
    }
  } finally {
    bar.stop()
  }
  return melodies
}

/** Melodies that take their steps together: as many as a machine's caches hold. */
const SIDE_BY_SIDE = 128

/** Orders in groups that are made together: on the native engine, those of plain draws. */
function sideBySide(list: readonly Order[]): Order[][] {
  const groups: Order[][] = []
  for (const order of list) {
    const last = groups.at(-1)
    const joins = last !== undefined && last.length < SIDE_BY_SIDE && isPlain(order) && isPlain(itemAt(last, 0))
    if (joins) last.push(order)
    else groups.push([order])
  }
  return groups
}

const isPlain = ({ recipe }: Order): boolean =>
  recipe.engine === 'native' &&
  recipe.beamSize * recipe.branchFactor === 1 &&
  (recipe.control ?? recipe.rewrite) === undefined

/** Network steps between two looks at the signal and the terminal: about 20 ms. */
const STEPS_BETWEEN_PAUSES = 64

/** A callback that now and then shows progress and checks for Ctrl-C; throws InterruptedError after it. */
function watch(
  orders: readonly Order[],
  { signal }: Effects,
  show: (done: number) => void,
): (done: number) => Promise<void> {
  const { recipe } = itemAt(orders, 0)
  const interval = Math.max(1, Math.floor(STEPS_BETWEEN_PAUSES / (recipe.beamSize * recipe.branchFactor)))
  return async (done) => {
    if (orders.length === 1 && done % interval !== 0) return // many at once: a step of all is long enough
    show(done)
    await setImmediate()
    if (signal.aborted) throw new InterruptedError('stopped: no melody was written; the same command starts again')
  }
}

function withSidecar(
  { name, primer, primerEvents, primerSource, recipe }: Order,
  { events, logLikelihood, midi, controlCost }: Composition,
  provenance: Provenance,
): GeneratedMelody {
  const sidecar: Sidecar = {
    format: 'cantus-melody-1',
    ...provenance,
    primer,
    primerEvents,
    ...(primerSource === undefined ? {} : { primerSource }),
    ...recipe,
    ...(controlCost === undefined ? {} : { controlCost }),
    logLikelihood,
    events,
    midiSha256: sha256(midi),
  }
  return { name, sidecar, midi }
}
