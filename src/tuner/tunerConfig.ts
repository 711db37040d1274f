import { UserError } from '../support/errors.ts'
import type { Method } from './policies.ts'
import type { PresetName } from './presets.ts'
import type { Tonality } from '../config/modes.ts'

/** How actions are chosen while learning; afterwards they are always drawn from the policy. */
export type ExplorationName = 'policy' | 'boltzmann' | 'egreedy'
/** Ways to explore. */
export const EXPLORATIONS = ['policy', 'boltzmann', 'egreedy'] as const satisfies readonly ExplorationName[]

/** Everything that decides the result of a tuning: its method section. */
export interface TunerConfig {
  /** The prior's file, and its hash. */
  readonly prior: { readonly path: string; readonly sha256: string }
  readonly method: Method
  readonly preset: PresetName
  readonly tonality: Tonality
  /** What the rules are divided by: small = the rules rule, large = the prior does. */
  readonly c: number
  readonly discount: number
  /** Actions in all. */
  readonly steps: number
  /** Actions of a composition. */
  readonly episodeSteps: number
  /** What compositions begin with: `empty` and names of primers, in turn. */
  readonly starts: readonly string[]
  /** Compositions made side by side, a round. */
  readonly voices: number
  readonly replayEpisodes: number
  /** Episodes of one update, and updates a round. */
  readonly batchEpisodes: number
  readonly updates: number
  /** At first; it falls in a straight line to a tenth. */
  readonly learningRate: number
  readonly clipNorm: number
  /** How far the target network follows at each update, 0-1. */
  readonly targetRate: number
  readonly largestError: number
  readonly exploration: ExplorationName
  readonly seed: number
  /** Rounds between rows of the log, and between checkpoints. */
  readonly logEvery: number
  readonly checkpointEvery: number
}

/** The paper's setting (32 steps from an empty start, c = .5, clipping at 5, Adam) but for what a comment says. */
export const tunerDefaults: Omit<TunerConfig, 'prior'> = {
  method: 'psi',
  preset: 'jaques2016',
  tonality: { mode: 'ionian', root: 0 },
  c: 0.5,
  discount: 0.9, // the paper's .5 sees two steps ahead, a motif takes eight
  steps: 600_000, // 1,000,000 in the paper
  episodeSteps: 32,
  starts: ['empty'],
  voices: 64,
  replayEpisodes: 2048, // 65,536 actions; the original keeps 100,000
  batchEpisodes: 32, // the original learns from 32 single actions
  updates: 4,
  learningRate: 3e-3, // falls to a tenth
  clipNorm: 5,
  targetRate: 0.02, // .01 in the paper, at fifty times as many updates
  largestError: 10,
  exploration: 'policy',
  seed: 1,
  logEvery: 5,
  checkpointEvery: 50, // some seconds of work are lost
}

/** A setting of the tuner that cannot be; the message names it. */
export class TunerConfigError extends UserError {
  override readonly name = 'TunerConfigError'
}

/** @throws TunerConfigError naming the setting, its value and the remedy. */
export function checkTunerConfig(config: TunerConfig): void {
  const whole = [
    'steps',
    'episodeSteps',
    'voices',
    'replayEpisodes',
    'batchEpisodes',
    'updates',
    'logEvery',
    'checkpointEvery',
  ] as const
  for (const name of whole)
    demand(Number.isInteger(config[name]) && config[name] >= 1, name, config[name], 'a whole number from 1')
  for (const name of ['c', 'learningRate', 'clipNorm', 'largestError'] as const)
    demand(Number.isFinite(config[name]) && config[name] > 0, name, config[name], 'a number above 0')
  for (const name of ['discount', 'targetRate'] as const)
    demand(config[name] >= 0 && config[name] <= 1, name, config[name], 'a number from 0 to 1')
  demand(config.starts.length > 0, 'starts', config.starts.join(), 'at least one start')
}

function demand(holds: boolean, name: string, value: unknown, remedy: string): void {
  if (!holds) throw new TunerConfigError(`invalid ${name}: ${String(value)} (${remedy})`)
}

/** Actions of one round, and rounds in all. */
export const roundSteps = ({ voices, episodeSteps }: TunerConfig): number => voices * episodeSteps
/** Number of rounds of a tuning. */
export const roundsOf = (config: TunerConfig): number => Math.ceil(config.steps / roundSteps(config))
