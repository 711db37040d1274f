import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tunerTableRows } from '../charts/tuner.ts'
import { textTable } from '../support/text/table.ts'
import type { MelodyRow } from '../dataset/dataset.ts'
import { eventEncoding, inputRow } from '../dataset/encoding.ts'
import { stretchIndex } from '../dataset/sharedStretch.ts'
import { testScores } from '../evaluation/intervals.ts'
import { evaluateEach } from '../evaluation/numerical.ts'
import { softmax } from '../generation/decode.ts'
import { provenanceOf } from '../generation/findModel.ts'
import { generateAll, type GeneratedMelody, type Provenance } from '../generation/generate.ts'
import { orders } from '../generation/orders.ts'
import { openModelFile } from '../generation/modelFile.ts'
import { PRIMER_NAMES, primerOfEvents, primers } from '../generation/primers.ts'
import { sidecarText } from '../results/sidecar.ts'
import type { Scale } from '../config/experimentConfig.ts'
import { STUDY_ITERATIONS } from '../config/scales.ts'
import type { TestScores } from '../results/summary.ts'
import {
  type BeforeAfter,
  type ModeSweep,
  type ProbabilityImage,
  type TunedPolicy,
  type TunerColumn,
  type TunerCriterion,
  type TunerReport,
  tunerFile,
  type TunerEstimate,
} from '../results/tunerReport.ts'
import { openBackend } from '../model/backend.ts'
import { createBatchStepper } from '../model/batchInference.ts'
import { decodeWeights, encodeWeightsFp16 } from '../model/checkpoint.ts'
import type { ModelSpec, Weights } from '../config/modelSpec.ts'
import { createFolder } from '../support/createFolder.ts'
import type { Effects } from '../support/effects.ts'
import { sha256, writeFileAtomic } from '../support/files.ts'
import type { StudyFolders } from '../support/projectRoot.ts'
import { EMPTY_START, type Environment, type Policy, type EpisodeStart } from '../tuner/environment.ts'
import { measure } from '../tuner/measure.ts'
import { MODE_NAMES, parseTonality, ROOT_NAMES, type Tonality, tonalityName } from '../config/modes.ts'
import {
  constantPolicy,
  type Method,
  networkPolicy,
  priorPolicy,
  scalePolicy,
  shapedPolicy,
} from '../tuner/policies.ts'
import { type PresetName, presetTerms } from '../tuner/presets.ts'
import { processorSeconds, type TuningOutcome } from '../tuner/tune.ts'
import type { TunerConfig } from '../tuner/tunerConfig.ts'
import { C_MAJOR_AS_PUBLISHED, keyOfTonality } from '../tuner/tunerMetrics.ts'
import { BOOTSTRAP, eventsOf, withFamilies } from './measuredModel.ts'
import { openIteration } from './reproduce.ts'
import { openPrior, type Prior, priorOf, startOf, tunePrior, tunerConfig, type TuneOptions } from './tuneModel.ts'
import { readResult } from '../results/publishedResults.ts'
import { itemAt, propertyOf } from '../support/itemAt.ts'

/** Tuned policies as published weights, beside the results. */
const POLICIES = 'report/results/rl-tuner'
const MELODIES = 'rl_tuner'

/** How large a study of the tuner is. */
export interface TunerStudySize {
  /** Actions each method learns from. */
  readonly steps: number
  /** Compositions of 32 steps from an empty start, a column. */
  readonly compositions: number
  /** Compositions of 128 steps from each primer. */
  readonly perPrimer: number
  /** Samples of an interval. */
  readonly draws: number
}

/** How large the tuner's study is at each scale. */
export const TUNER_SCALES: Readonly<Record<Scale, TunerStudySize>> = {
  smoke: { steps: 4096, compositions: 32, perPrimer: 4, draws: 200 },
  quick: { steps: 30_000, compositions: 128, perPrimer: 8, draws: 500 },
  full: { steps: 600_000, compositions: 1000, perPrimer: 100, draws: 2000 },
}

/** Options of the tuner's study. */
export interface TunerStudyOptions extends TunerStudySize {
  /** The prior: an iteration, a run, or a checkpoint's file. */
  readonly source: string
  readonly folders: StudyFolders
  /** Folders of the music the prior was trained on; empty = the embedded tunes. */
  readonly corpus?: readonly string[]
  readonly style?: readonly string[]
  /** What the prior learnt from and was tested on, if it is not a published iteration; else null. */
  readonly music?: TunerMusic | null
  readonly seed?: number
}

/** The music behind the prior. */
export interface TunerMusic {
  readonly train: readonly MelodyRow[]
  readonly test: readonly MelodyRow[]
}

/**
 * Tunes a prior by every method, measures all of them beside the prior and beside decoding without training, writes melodies
 * before and after, and `report/results/rl-tuner.json`. Tunings that are finished are taken as they are.
 * @throws UserError as `tuneModel`; InterruptedError.
 */
export async function tunerStudy(options: TunerStudyOptions, effects: Effects): Promise<TunerReport> {
  const { folders, source } = options
  const prior = await openPrior(source, folders)
  const music = options.music === undefined ? await musicOf(options, effects) : options.music
  const lab = await openLaboratory(prior, music, options, effects)
  const policies = await paperPolicies(lab)
  const modal = await modalPolicies(lab)
  const report: TunerReport = {
    format: 'cantus-tuner-1',
    prior: { ...lab.priorName, unchanged: sha256(await readFile(prior.path)) === prior.sha256 },
    compositions: options.compositions,
    bootstrap: { draws: options.draws, level: 0.95 },
    policies,
    modal: modal.policies,
    modes: await modeSweep(lab),
    ...(await verdicts(lab, policies, modal.policies)),
    ...(await beforeAndAfter(lab, modal.dorian)),
  }
  await tunerFile.write(folders.root, report)
  lab.close()
  return report
}

/** The part of a published iteration; null for other weights, whose training music is unknown. */
async function musicOf(
  { source, folders, corpus, style }: TunerStudyOptions,
  effects: Effects,
): Promise<TunerMusic | null> {
  const iteration = STUDY_ITERATIONS.find((name) => name === source)
  if (iteration === undefined) return null
  const result = readResult(folders.root, iteration)
  if (result === null) return null
  const { scale, seed, data, training } = result.config
  const loose = data.extraction.ignorePolyphonic
  const asked = { iteration, scale, seed, steps: { [iteration]: training.steps }, loose }
  const opened = await openIteration({ ...asked, corpus: corpus ?? [], style: style ?? [], folders }, effects)
  if (opened.dataset.hash === result.dataset.hash) return opened.part
  effects.reporter.line(
    `the music at hand is not what iteration ${source} was trained on (--corpus, --style): no test loss, no copies`,
  )
  return null
}

/** All that tunings and measurements of one study share. */
interface Laboratory {
  readonly prior: Prior
  readonly priorName: Omit<TunerReport['prior'], 'unchanged'>
  readonly provenance: Provenance
  readonly options: TunerStudyOptions
  readonly effects: Effects
  readonly training: { index: ReturnType<typeof stretchIndex>; melodies: number } | null
  readonly test: readonly MelodyRow[] | null
  /** What was measured on them: the prior stands in several places. */
  readonly heldOut: Map<Weights, TestScores>
  environment(preset: PresetName, tonality: Tonality, steps: number): Environment
  policyOf(spec: ModelSpec, weights: Weights): { policy: Policy; close(): void }
  close(): void
}

async function openLaboratory(
  prior: Prior,
  music: TunerMusic | null,
  options: TunerStudyOptions,
  effects: Effects,
): Promise<Laboratory> {
  const { folders } = options
  const backend = await openBackend()
  const provenance = await provenanceOf(prior.path, await openModelFile(prior.path), folders)
  const ofPrior = createBatchStepper(backend, prior.spec, prior.weights)
  const encoding = eventEncoding(prior.spec)
  const open = (spec: ModelSpec, weights: Weights): { policy: Policy; close(): void } => {
    const stepper = createBatchStepper(backend, spec, weights)
    // A joined network's logits are those of G's policy already.
    return { policy: networkPolicy('psi', stepper), close: () => stepper.close() }
  }
  return {
    ...{ prior, provenance, options, effects },
    priorName: { run: provenance.run, ...priorOf(prior, folders) },
    training: music && { index: stretchIndex(eventsOf(music.train)), melodies: music.train.length },
    test: music?.test ?? null,
    heldOut: new Map(),
    environment: (preset, tonality, steps) => ({
      ...{ encoding, prior: ofPrior, tonality, steps },
      terms: presetTerms(preset, tonality),
    }),
    policyOf: open,
    close: () => ofPrior.close(),
  }
}

const C_MAJOR: Tonality = { mode: 'ionian', root: 0 }
const PAPER_STEPS = 32
const LONG_STEPS = 128
const PAPER_C = 0.5

/** A tuning of the study. */
interface Planned {
  readonly id: string
  readonly title: string
  readonly settings: Omit<TuneOptions, 'source' | 'folders'>
  /** Whether it is measured from each primer too. */
  readonly fromPrimers: boolean
  /** Of the study's steps; all of them if absent. */
  readonly share?: number
}

/** The paper's methods, beside our own discount the paper's, and what the prior's part of the reward is worth. */
const PAPER: readonly Planned[] = [
  plan('psi', 'Psi', { method: 'psi' }, true),
  plan('q', 'Q', { method: 'q' }),
  plan('g', 'G', { method: 'g' }),
  plan('rlOnly', 'RL only', { method: 'rl-only' }),
  plan('policyGradient', 'policy gradient', { method: 'policy-gradient' }),
  plan('psiShort', 'Psi, discount as in the paper', { method: 'psi', discount: 0.5 }),
]

function plan(id: string, title: string, settings: Planned['settings'], fromPrimers = false): Planned {
  return { id, title, settings, fromPrimers }
}

/** A gradient step on each round's own compositions costs less than four on kept ones: as many more rounds are equal seconds. */
const MORE_ROUNDS: Partial<Readonly<Record<Method, number>>> = { 'policy-gradient': 1.6 }

async function paperPolicies(lab: Laboratory): Promise<Record<string, TunedPolicy>> {
  const found: Record<string, TunedPolicy> = {
    prior: await untrained(lab, 'Note RNN (prior)', PAPER_SETTING, asPrior, PRIMER_STARTS),
  }
  for (const planned of PAPER) found[planned.id] = (await tuned(lab, planned, PAPER_SETTING)).policy
  found['shaped'] = await untrained(lab, 'shaped decoding', PAPER_SETTING, shapedOf(PAPER_C), [])
  return found
}

const asPrior = (): Policy => priorPolicy
const PRIMER_STARTS: readonly EpisodeStart[] = PRIMER_NAMES.map(startOf)
const shapedOf =
  (c: number) =>
  (environment: Environment, start: EpisodeStart): Policy =>
    shapedPolicy(environment, c, start.history.length)

interface Setting {
  readonly preset: PresetName
  readonly tonality: Tonality
  readonly c: number
  /** Starts of 32 steps. */
  readonly starts: readonly EpisodeStart[]
}

/** As in the paper. */
const PAPER_SETTING: Setting = { preset: 'jaques2016', tonality: C_MAJOR, c: PAPER_C, starts: [EMPTY_START] }

/** Tunes (or takes the finished run), and measures the policy as it is published. */
async function tuned(
  lab: Laboratory,
  { title, settings, fromPrimers, share = 1 }: Planned,
  setting: Setting,
): Promise<{ policy: TunedPolicy; spec: ModelSpec; weights: Weights; run: string; bytes: Uint8Array }> {
  const { prior, options, effects } = lab
  const { folders, seed = 1 } = options
  const method = settings.method ?? 'psi'
  const steps = Math.ceil(options.steps * share * (MORE_ROUNDS[method] ?? 1))
  const config = tunerConfig({ ...settings, steps, seed }, priorOf(prior, folders))
  effects.reporter.line(`${title}: ${config.preset}, ${tonalityName(config.tonality)}`)
  const outcome = await tunePrior(prior, config, folders, effects)
  const bytes = encodeWeightsFp16(outcome.policy.spec, outcome.policy.weights, {
    run: outcome.run,
    step: String(outcome.steps),
  })
  const { spec, weights } = decodeWeights(bytes)
  const opened = lab.policyOf(spec, weights)
  try {
    const starts = fromPrimers ? PRIMER_STARTS : []
    const measured = await columnsOf(lab, title, setting, () => opened.policy, starts)
    const heldOut = await heldOutOf(lab, spec, weights)
    const policy: TunedPolicy = { ...describe(title, config, outcome), ...measured, heldOut, curve: curveOf(outcome) }
    return { policy, spec, weights, run: outcome.run, bytes }
  } finally {
    opened.close()
  }
}

function describe(title: string, config: TunerConfig, { steps, seconds }: TuningOutcome) {
  const { method, preset, tonality, c, discount, seed } = config
  return { title, method, preset, tonality: tonalityName(tonality), c, discount, seed, steps, seconds }
}

const POINTS = 120

function curveOf({ rows }: TuningOutcome): TunedPolicy['curve'] {
  const every = Math.ceil(rows.length / POINTS)
  return rows
    .filter((_, n) => n % every === 0 || n === rows.length - 1)
    .map(({ round: _round, loss: _loss, ...point }) => point)
}

/** A policy without training; of the prior itself the test loss is known too. */
async function untrained(
  lab: Laboratory,
  title: string,
  setting: Setting,
  policyFor: (environment: Environment, start: EpisodeStart) => Policy,
  starts: readonly EpisodeStart[],
): Promise<TunedPolicy> {
  const measured = await columnsOf(lab, title, setting, policyFor, starts)
  const isPrior = policyFor === asPrior
  return {
    ...{ title, method: 'none', preset: setting.preset, tonality: tonalityName(setting.tonality), c: setting.c },
    ...{ discount: 0, seed: lab.options.seed ?? 1, steps: 0, seconds: 0, ...measured },
    heldOut: isPrior ? await heldOutOf(lab, lab.prior.spec, lab.prior.weights) : null,
    curve: [],
  }
}

/** A column of 32 steps from each of the setting's starts, and one of 128 in all from each primer. */
async function columnsOf(
  { environment, options, effects, training }: Laboratory,
  title: string,
  { preset, tonality, c, starts }: Setting,
  policyFor: (environment: Environment, start: EpisodeStart) => Policy,
  primerStarts: readonly EpisodeStart[],
): Promise<Pick<TunedPolicy, 'columns' | 'composingSeconds'>> {
  const { seed = 1, draws, compositions, perPrimer } = options
  const key = preset === 'jaques2016' ? C_MAJOR_AS_PUBLISHED : keyOfTonality(tonality)
  const columns: Record<string, TunerColumn> = {}
  let composingSeconds = 0
  const add = async (name: string, start: EpisodeStart, steps: number, count: number): Promise<void> => {
    const place = environment(preset, tonality, steps)
    const before = processorSeconds()
    const measurement = {
      title,
      environment: place,
      policy: policyFor(place, start),
      start,
      seed,
      draws,
      c,
      key,
      training,
    }
    columns[name] = await measure({ ...measurement, compositions: count }, effects)
    if (Object.keys(columns).length === 1) composingSeconds = processorSeconds() - before
  }
  for (const start of starts) await add(start.name, start, PAPER_STEPS, compositions)
  for (const start of primerStarts) await add(`${start.name}128`, start, LONG_STEPS - start.history.length, perPrimer)
  return { columns, composingSeconds }
}

async function heldOutOf({ test, effects, heldOut }: Laboratory, spec: ModelSpec, weights: Weights) {
  if (test === null) return null
  const known = heldOut.get(weights)
  if (known !== undefined) return known
  const scores = await evaluateEach(spec, weights, test, effects)
  const found = testScores(withFamilies(scores, test), { ...BOOTSTRAP, draws: 1000 })
  heldOut.set(weights, found)
  return found
}

const DORIAN = parseTonality('dorian', 'D')
const LYDIAN_DOMINANT = parseTonality('lydian-dominant', 'Eb')
const MODAL_C = 1

/** The study's modes: D dorian from its own primer, and a cousin from melodic minor on another root. */
async function modalPolicies(lab: Laboratory) {
  const setting = (tonality: Tonality): Setting => ({
    ...{ preset: 'modal', tonality, c: MODAL_C },
    starts: [EMPTY_START, startOf('modal')],
  })
  const own = plan('dorian', 'Psi, D dorian', { mode: 'dorian', root: 'D' }, true)
  const dorian = await tuned(lab, { ...own, share: 1 / 2 }, setting(DORIAN))
  const cousin = plan('lydianDominant', 'Psi, Eb lydian-dominant', {
    mode: 'lydian-dominant',
    root: 'Eb',
    starts: ['empty'],
  })
  const emptyOnly = { ...setting(LYDIAN_DOMINANT), starts: [EMPTY_START] }
  const policies: Record<string, TunedPolicy> = {
    prior: await untrained(lab, 'prior', setting(DORIAN), asPrior, PRIMER_STARTS),
    dorian: dorian.policy,
    shaped: await untrained(lab, 'shaped decoding, D dorian', setting(DORIAN), shapedOf(MODAL_C), []),
    lydianDominant: (await tuned(lab, { ...cousin, share: 1 / 4 }, emptyOnly)).policy,
    lydianDominantPrior: await untrained(lab, 'prior, Eb lydian-dominant', emptyOnly, asPrior, []),
  }
  return { policies, dorian }
}

/** Every mode on a root of its own: what decoding with the rules does to the prior, without any training. */
async function modeSweep(lab: Laboratory): Promise<ModeSweep[]> {
  const found: ModeSweep[] = []
  for (const [n, mode] of MODE_NAMES.entries()) {
    const root = (n * 7) % ROOT_NAMES.length // around the circle of fifths
    const setting: Setting = { preset: 'modal', tonality: { mode, root }, c: MODAL_C, starts: [EMPTY_START] }
    const some = {
      ...lab,
      options: { ...lab.options, compositions: Math.ceil(lab.options.compositions / 5) },
      test: null,
    }
    const before = await untrained(some, `prior in ${mode}`, setting, asPrior, [])
    const after = await untrained(some, `shaped in ${mode}`, setting, shapedOf(MODAL_C), [])
    found.push({
      tonality: tonalityName(setting.tonality),
      ...{ prior: statisticOf(before, 'inMode'), shaped: statisticOf(after, 'inMode') },
      ...{
        colourOfPrior: statisticOf(before, 'colour'),
        colour: statisticOf(after, 'colour'),
        costPerNote: statisticOf(after, 'costPerNote'),
      },
    })
  }
  return found
}

const statisticOf = ({ columns }: TunedPolicy, id: string): TunerEstimate =>
  propertyOf(propertyOf(columns, 'empty').statistics, id)

/** The success criteria, and policies that exploit a hole in the rules, beside the tuned one. */
async function verdicts(
  lab: Laboratory,
  policies: Readonly<Record<string, TunedPolicy>>,
  modal: Readonly<Record<string, TunedPolicy>>,
): Promise<Pick<TunerReport, 'criteria' | 'met' | 'of' | 'guard'>> {
  const few = { ...lab, options: { ...lab.options, compositions: 8 }, test: null }
  const totalOf = async (title: string, policy: Policy): Promise<number> =>
    statisticOf(await untrained(few, title, PAPER_SETTING, () => policy, []), 'total').value
  const value = (policy: TunedPolicy | undefined, id: string) => (policy ? statisticOf(policy, id).value : NaN)
  const guard = {
    constant: await totalOf('one note', constantPolicy(60)),
    scale: await totalOf('a scale', scalePolicy([60, 62, 64, 65, 67, 69, 71, 72])),
    tuned: value(policies['psi'], 'total'),
  }
  const { psi, rlOnly } = policies
  const { dorian } = modal
  const criteria = [
    criterion('excessive', 'Psi: notes excessively repeated', value(psi, 'excessive'), 'at most', 0.01),
    criterion('notInKey', 'Psi: notes not in key', value(psi, 'notInKey'), 'at most', 0.05),
    criterion('leapsResolved', 'Psi: leaps resolved', value(psi, 'leapsResolved'), 'at least', 0.85),
    criterion('inMotif', 'Psi: notes in a motif', value(psi, 'inMotif'), 'at least', 0.5),
    criterion(
      'logPrior',
      'Psi: log p per step, above RL alone',
      value(psi, 'logPrior'),
      'above',
      value(rlOnly, 'logPrior'),
    ),
    criterion('inMode', 'D dorian: notes in the mode', value(dorian, 'inMode'), 'at least', 0.95),
    criterion(
      'colour',
      'D dorian: natural sixths, above the prior',
      value(dorian, 'colour'),
      'above',
      value(modal['prior'], 'colour'),
    ),
    criterion('costPerNote', 'D dorian: bits per note against the prior', value(dorian, 'costPerNote'), 'at most', 1),
    criterion('constant', 'Psi: reward a step, above one note for ever', guard.tuned, 'above', guard.constant),
    criterion('scale', 'Psi: reward a step, above a scale up and down', guard.tuned, 'above', guard.scale),
  ]
  return {
    guard,
    criteria: Object.fromEntries(criteria.map((each) => [each.id, each])),
    met: criteria.filter(({ met }) => met).length,
    of: criteria.length,
  }
}

function criterion(
  id: string,
  title: string,
  value: number,
  relation: TunerCriterion['relation'],
  bound: number,
): TunerCriterion {
  const met = relation === 'at most' ? value <= bound : relation === 'at least' ? value >= bound : value > bound
  return { id, title, value, relation, bound, met }
}

/** Melodies per primer, and of the leading example. */
const PAIRS = 1
const LEADING_PAIRS = 3

/** The prior's melodies and the tuned policy's from the same seeds, as files; and what both thought of one of them. */
async function beforeAndAfter(
  lab: Laboratory,
  { bytes, run, policy }: { bytes: Uint8Array; run: string; policy: TunedPolicy },
): Promise<Pick<TunerReport, 'melodies' | 'image'>> {
  const { options, prior, provenance, effects } = lab
  const { root } = options.folders
  const path = `${POLICIES}/dorian.safetensors`
  await writeFileAtomic(join(root, path), bytes)
  const after: Provenance = { ...UNKNOWN, run, checkpoint: path, checkpointSha256: sha256(bytes), step: policy.steps }
  const before: Provenance = { ...provenance, checkpoint: priorOf(prior, options.folders).path }
  const [ofPrior, ofTuned] = [await openModelFile(prior.path), await openModelFile(join(root, path))]
  const list = PRIMER_NAMES.flatMap((name) =>
    orders(name, primerOfEvents(primers[name], true), name === 'modal' ? LEADING_PAIRS : PAIRS, {
      ...{ seed: options.seed ?? 1, iteration: 'rl_tuner', totalSteps: LONG_STEPS },
    }),
  )
  const named = (side: string) =>
    list.map((order) => ({ ...order, name: order.name.replace('rl_tuner_', `rl_tuner_${side}_`) }))
  const made = [
    await generateAll(ofPrior.model, named('before'), before, effects),
    await generateAll(ofTuned.model, named('after'), after, effects),
  ] as const
  await writeMelodies(made.flat(), join(root, 'generated_melodies', MELODIES))
  const melodies = list.map((order, n): BeforeAfter => {
    const [first, second] = [itemAt(made[0], n).name, itemAt(made[1], n).name]
    return { primer: order.primer, before: `${MELODIES}/${first}`, after: `${MELODIES}/${second}` }
  })
  const shown = itemAt(
    made[1],
    list.findIndex(({ primer }) => primer === 'modal'),
  ).sidecar
  return { melodies, image: imageOf(ofPrior.model, ofTuned.model, shown.events, shown.conditionedOn.length) }
}

const UNKNOWN = { iteration: null, scale: null } as const

async function writeMelodies(melodies: readonly GeneratedMelody[], folder: string): Promise<void> {
  createFolder(folder)
  for (const { name, midi, sidecar } of melodies) {
    await writeFileAtomic(join(folder, `${name}.mid`), midi)
    await writeFileAtomic(join(folder, `${name}.json`), sidecarText(sidecar))
  }
}

/** Pitches an image shows at most and least. */
const IMAGE_RANGE = { from: 48, to: 84 }

type OpenModel = Awaited<ReturnType<typeof openModelFile>>['model']

/** Probabilities of both models at each step that was composed. */
function imageOf(prior: OpenModel, policy: OpenModel, events: readonly number[], from: number): ProbabilityImage {
  const pitches = Array.from({ length: IMAGE_RANGE.to - IMAGE_RANGE.from + 1 }, (_, n) => IMAGE_RANGE.from + n)
  const rows = [-2, -1, ...pitches]
  const labels = rows.map((event) => prior.encoding.label([60, event], 1))
  const probabilities = (model: OpenModel): number[][] => {
    let state = model.stepper.initialState()
    const found: number[][] = []
    for (let position = 0; position < events.length - 1; position++) {
      const stepped = model.stepper.step(state, inputRow(model.encoding, events, position))
      state = stepped.state
      if (position < from - 1) continue
      const all = softmax(stepped.logits)
      found.push(labels.map((label) => Math.round(1000 * itemAt(all, label)) / 1000))
    }
    return found
  }
  return { events: events.slice(from), rows, prior: probabilities(prior), tuned: probabilities(policy) }
}

/** The paper's table beside ours, and the success criteria, for a terminal. */
export function tunerTable(report: TunerReport): string {
  const criteria = Object.values(report.criteria).map(({ title, value, relation, bound, met }) => ({
    criterion: title,
    value: value.toFixed(3),
    wanted: `${relation} ${bound.toFixed(3)}`,
    met: met ? 'yes' : 'no',
  }))
  return `${textTable(tunerTableRows(report))}\n\n${textTable(criteria)}\n${report.met} of ${report.of} met`
}
