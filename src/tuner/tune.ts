import { setImmediate } from 'node:timers/promises'
import { existsSync } from 'node:fs'
import { melodyEncoding } from '../dataset/encoding.ts'
import { adamStep, type AdamState, clipGradients, initialAdam } from '../model/adam.ts'
import { type Backend, openBackend } from '../model/backend.ts'
import { type BatchStepper, createBatchStepper } from '../model/batchInference.ts'
import {
  type Checkpoint,
  CheckpointError,
  encodeWeightsFp16,
  loadCheckpoint,
  saveCheckpoint,
  weightsHash,
} from '../model/checkpoint.ts'
import { melodyRnn } from '../model/melodyRnn.ts'
import { isNoteModel, type ModelSpec, type StepModelSpec, type Weights } from '../config/modelSpec.ts'
import { copyWeights } from '../model/weights.ts'
import type { Effects } from '../support/effects.ts'
import { UserError } from '../support/errors.ts'
import { writeFileAtomic } from '../support/files.ts'
import { mulberry32, seedFrom } from '../support/random.ts'
import { readRows } from '../training/eventLog.ts'
import { stopwatch } from '../training/stopwatch.ts'
import { interrupted } from '../training/trainingErrors.ts'
import { lockRun } from '../training/runLock.ts'
import { follow, learn, type Learner } from './agent.ts'
import {
  composeEpisodes,
  type Environment,
  type Episode,
  type Exploration,
  NO_EXPLORATION,
  type EpisodeStart,
} from './environment.ts'
import { annealed } from './jaques.ts'
import { networkPolicy } from './policies.ts'
import { presetTerms } from './presets.ts'
import { Replay, type StoredReplay } from './replay.ts'
import type { RewardTerm } from './terms.ts'
import { type JoinedModel, sideBySide } from './sideBySide.ts'
import { checkTunerConfig, roundsOf, roundSteps, type TunerConfig } from './tunerConfig.ts'
import { openTunerLog, type TunerRow, tunerRowSchema } from './tunerLog.ts'
import { tunerFiles } from './tunerFiles.ts'
import { itemAt, propertyOf } from '../support/itemAt.ts'
import { numberOf } from '../support/records.ts'

/** Weights that cannot be tuned: the message says why. */
export class PriorError extends UserError {
  override readonly name = 'PriorError'
}

/** A tuning: settings, prior and folders. */
export interface TuningJob {
  readonly config: TunerConfig
  readonly spec: ModelSpec
  /** Frozen: the same afterwards, to the last bit. */
  readonly prior: Weights
  readonly starts: readonly EpisodeStart[]
  /** Rules instead of the preset's. */
  readonly terms?: readonly RewardTerm[]
  readonly runFolder: string
  readonly onRow?: (row: TunerRow) => void
}

/** The result of a tuning. */
export interface TuningOutcome {
  /** The policy as a model like any other. */
  readonly policy: JoinedModel
  readonly rows: readonly TunerRow[]
  /** Actions made. */
  readonly steps: number
  /** Seconds of a processor that the tuning took, pauses not counted: what other programs do does not change them. */
  readonly seconds: number
  readonly backend: string
}

/** All that changes while tuning. */
interface TunerState {
  readonly weights: Weights
  readonly target: Weights
  readonly adam: AdamState
  readonly replay: Replay
  readonly round: number
  readonly seconds: number
}

/**
 * Tunes a prior as its config says, from the run's checkpoint if there is one; returns at once when the run is finished. Each
 * round composes `voices` melodies with the weights as they are, keeps them and makes `updates` gradient steps on kept ones;
 * every random draw of a round follows from the seed and its number.
 * @throws PriorError for a prior that cannot be tuned; RewardError when a rule gives no number; TunerConfigError;
 * InterruptedError when `effects.signal` aborts, after writing a checkpoint; RunLockedError; CheckpointError.
 */
export async function tune(job: TuningJob, effects: Effects): Promise<TuningOutcome> {
  checkTunerConfig(job.config)
  checkPrior(job)
  const backend = await openBackend()
  const unlock = await lockRun(job.runFolder, effects.now())
  const before = weightsHash(job.prior)
  try {
    const outcome = await tuneOn(job, backend, effects)
    if (weightsHash(job.prior) !== before) throw new Error('the frozen prior has changed')
    return outcome
  } finally {
    await unlock()
  }
}

/** The spec of a prior that can be tuned. @throws PriorError for labels that are not events, and for what a method cannot do. */
export function checkPrior({ spec, config }: Pick<TuningJob, 'spec' | 'config'>): StepModelSpec {
  if (isNoteModel(spec)) throw new PriorError('cannot tune a network that reads notes; take one that reads steps')
  if (!melodyEncoding(spec.encoding).oneHot)
    throw new PriorError(
      `cannot tune a prior of the encoding "${spec.encoding}": its labels are not events alone; take one of mono or basic`,
    )
  if (config.method === 'g' && spec.attentionLength > 0)
    throw new PriorError(`cannot tune a prior with attention by the method g; take psi or q`)
  return spec
}

/** The loop itself. */
async function tuneOn(job: TuningJob, backend: Backend, effects: Effects): Promise<TuningOutcome> {
  const [{ config, prior, starts, runFolder }, spec] = [job, checkPrior(job)]
  const { reporter, signal, now } = effects
  const files = tunerFiles(runFolder)
  const saved = await savedState(job)
  let state = saved ?? firstState(job)
  await writeFileAtomic(files.config, `${JSON.stringify(config, null, 1)}\n`)
  const rounds = roundsOf(config)
  const outcome = async (): Promise<TuningOutcome> => ({
    policy: policyModel(config, spec, prior, state.weights),
    rows: await readRows(files.metrics, tunerRowSchema),
    steps: state.round * roundSteps(config),
    seconds: state.seconds,
    backend: backend.description,
  })
  if (state.round >= rounds) {
    if (!existsSync(files.policy)) await writePolicy(job, state)
    return outcome()
  }
  const encoding = melodyEncoding(spec.encoding)
  const learner: Learner = { ...config, spec, rnn: melodyRnn(backend, spec), encoding, prior }
  const terms = job.terms ?? presetTerms(config.preset, config.tonality)
  const ofPrior = createBatchStepper(backend, spec, prior)
  const environment = { encoding, prior: ofPrior, terms, tonality: config.tonality, steps: config.episodeSteps }
  reporter.line(backend.description)
  if (saved !== null) reporter.line(`resuming from round ${state.round} of ${rounds}`)
  const log = await openTunerLog(files, state.round, now)
  const bar = reporter.bar(`Tuning by ${config.method}`, rounds * roundSteps(config), 'steps')
  bar.update(state.round * roundSteps(config))
  const clock = stopwatch(() => processorSeconds() * 1000)
  const save = async (): Promise<void> => {
    state = { ...state, seconds: state.seconds + clock.lap() }
    await saveCheckpoint(files.state, checkpointOf(state, spec))
  }
  try {
    while (state.round < rounds) {
      const isDue = state.round > (saved?.round ?? 0) && state.round % config.checkpointEvery === 0
      if (signal.aborted || isDue) await save()
      if (signal.aborted) throw interrupted(`after round ${state.round} of ${rounds}`, runFolder)
      const { episodes, loss, adam } = round(environment, learner, config, state, starts, backend)
      if (state.round % config.logEvery === 0 || state.round === rounds - 1) {
        const row = rowOf(
          config,
          state.round,
          state.seconds + clock.sofar(),
          episodes,
          terms.map(({ name }) => name),
          loss,
        )
        await log.add(row)
        job.onRow?.(row)
      }
      state = { ...state, adam, round: state.round + 1 }
      bar.update(state.round * roundSteps(config), noteOf(config, episodes))
      await setImmediate()
    }
    await save()
    await writePolicy(job, state)
  } finally {
    bar.stop()
    ofPrior.close()
  }
  return outcome()
}

/** What this process has had of a processor so far. */
export function processorSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** Composes, keeps, and learns: in place in the weights, the target and the replay. */
function round(
  environment: Environment & { prior: BatchStepper },
  learner: Learner,
  config: TunerConfig,
  { weights, target, replay, round, adam: before }: TunerState,
  starts: readonly EpisodeStart[],
  backend: Backend,
): { episodes: Episode[]; loss: number; adam: AdamState } {
  const random = mulberry32(seedFrom(config.seed, 'round', round))
  const stepper = createBatchStepper(backend, learner.spec, weights)
  let episodes: Episode[]
  try {
    const order = Array.from({ length: config.voices }, (_, voice) => itemAt(starts, voice % starts.length))
    episodes = composeEpisodes(
      environment,
      networkPolicy(config.method, stepper),
      order,
      random,
      explorationAt(config, round),
    )
  } finally {
    stepper.close()
  }
  const onPolicy = config.method === 'policy-gradient'
  if (!onPolicy) replay.add(episodes)
  let [adam, loss] = [before, 0]
  const updates = onPolicy ? 1 : config.updates
  for (let update = 0; update < updates; update++) {
    const batch = onPolicy ? episodes : replay.draw(config.batchEpisodes, random)
    const found = learn(learner, weights, target, batch)
    clipGradients(found.gradients, config.clipNorm, 'variable')
    adam = adamStep(weights, found.gradients, adam, { learningRate: learningRateAt(config, round) })
    follow(target, weights, config.targetRate)
    loss += found.loss / updates
  }
  return { episodes, loss, adam }
}

/** Of the first half of the rounds more than of the second. */
function explorationAt(config: TunerConfig, round: number): Exploration {
  const half = roundsOf(config) / 2
  if (config.exploration === 'egreedy') return { epsilon: annealed(round, half, 1, 0.1), temperature: 0 }
  if (config.exploration === 'boltzmann') return { epsilon: 0, temperature: annealed(round, half, 3, 1) }
  return NO_EXPLORATION
}

/** Falls in a straight line to a tenth. */
function learningRateAt(config: TunerConfig, round: number): number {
  return annealed(round, roundsOf(config), config.learningRate, config.learningRate / 10)
}

/** Means a composed step. */
function rowOf(
  config: TunerConfig,
  round: number,
  seconds: number,
  episodes: readonly Episode[],
  names: readonly string[],
  loss: number,
): TunerRow {
  const steps = episodes.reduce((sum, { theory }) => sum + theory.length, 0)
  const mean = (of: (episode: Episode) => Float32Array): number =>
    episodes.reduce((sum, episode) => sum + of(episode).reduce((all, value) => all + value, 0), 0) / steps
  const ofTerm = (term: number): number =>
    episodes.reduce((sum, { byTerm }) => {
      let own = 0
      for (let n = term; n < byTerm.length; n += names.length) own += itemAt(byTerm, n)
      return sum + own
    }, 0) / steps
  const [theory, logPrior] = [mean((each) => each.theory), mean((each) => each.logPrior)]
  return {
    ...{ round, step: (round + 1) * roundSteps(config), seconds: Math.round(seconds * 1000) / 1000, loss },
    ...{ theory, logPrior, total: theory / config.c + logPrior, divergence: mean((each) => each.divergence) },
    terms: Object.fromEntries(names.map((name, n) => [name, ofTerm(n)])),
  }
}

function noteOf({ c }: TunerConfig, episodes: readonly Episode[]): string {
  let [sum, steps] = [0, 0]
  for (const { theory, logPrior } of episodes) {
    theory.forEach((value, n) => (sum += value / c + itemAt(logPrior, n)))
    steps += theory.length
  }
  return `reward ${(sum / steps).toFixed(2)} per step`
}

/** Before the first round: the prior's weights; for G an output of zeros, so that its policy is the prior. */
function firstState({ config, prior }: TuningJob): TunerState {
  const weights = copyWeights(prior)
  if (config.method === 'g') for (const name of ['output/kernel', 'output/bias']) propertyOf(weights, name).data.fill(0)
  return {
    ...{ weights, target: copyWeights(weights), adam: initialAdam(weights) },
    ...{ replay: new Replay(config.replayEpisodes), round: 0, seconds: 0 },
  }
}

/** Weights and the target beside them, Adam, and the replay as plain JSON: everything. */
function checkpointOf({ weights, target, adam, replay, round, seconds }: TunerState, spec: ModelSpec): Checkpoint {
  return { spec, weights, adam, averaged: null, target, state: { round, seconds, replay: replay.stored() } }
}

async function savedState({ config, spec, starts, runFolder }: TuningJob): Promise<TunerState | null> {
  const { state: path } = tunerFiles(runFolder)
  if (!existsSync(path)) return null
  const { spec: found, weights, adam, averaged, target = averaged, state } = await loadCheckpoint(path) // once named so
  if (JSON.stringify(found) !== JSON.stringify(spec) || adam === null || target === null)
    throw new CheckpointError(
      `${path}: a checkpoint of ${JSON.stringify(found)}, the prior is ${JSON.stringify(spec)}; move its folder away to tune from scratch`,
    )
  const replay = Replay.restored(config.replayEpisodes, state['replay'] as StoredReplay, starts)
  const [round, seconds] = [numberOf(state, 'round') ?? NaN, numberOf(state, 'seconds') ?? NaN]
  return { weights, target, adam, replay, round, seconds }
}

/** The policy of tuned weights as one model: of G the prior and G side by side. */
function policyModel(
  { method }: Pick<TunerConfig, 'method'>,
  spec: StepModelSpec,
  prior: Weights,
  tuned: Weights,
): JoinedModel {
  return method === 'g' ? sideBySide(spec, prior, tuned) : { spec, weights: tuned }
}

/** As published weights are, so that everything that takes those takes it. */
async function writePolicy(job: TuningJob, { weights, round }: TunerState): Promise<void> {
  const { config, prior, runFolder } = job
  const files = tunerFiles(runFolder)
  const policy = policyModel(config, checkPrior(job), prior, weights)
  const metadata = { run: files.run, step: String(round * roundSteps(config)) }
  await writeFileAtomic(files.policy, encodeWeightsFp16(policy.spec, policy.weights, metadata))
}
