import { setImmediate } from 'node:timers/promises'
import { isEncodable, type Tune } from '../../dataset/batches.ts'
import { COMMON_TIME } from '../../dataset/noteInputs.ts'
import { tokensOf } from '../../dataset/tokens.ts'
import { NO_SUMS } from '../../model/metricSums.ts'
import { tokenLogProbability } from '../../model/tokenDistribution.ts'
import type { Mixing } from '../../results/summary.ts'
import type { Effects } from '../../support/effects.ts'
import { InterruptedError } from '../../support/errors.ts'
import { itemAt } from '../../support/itemAt.ts'
import type { MelodyScore } from '../numerical.ts'
import { scoreTokens } from '../scoreTokens.ts'
import { IdyomModel, type TokenMelody } from './idyomModel.ts'

/** Ways to mix the viewpoints' predictions that the validation melodies choose from. */
export const MIXINGS: readonly Mixing[] = (['arithmetic', 'geometric'] as const).flatMap((mean) =>
  [0, 0.5, 1].map((bias) => ({ mean, bias })),
)

/** Melodies the mixing is chosen on; more would not change it. */
const CHOSEN_ON = 100

/** Melodies to choose the mixing by, and to be measured on. */
export interface IdyomSides {
  readonly validation: readonly Tune[]
  readonly test: readonly Tune[]
}

/** The predictor's mixing, as the validation melodies chose it, and its scores of the test melodies. */
export interface IdyomScores {
  readonly mixing: Mixing
  readonly scores: MelodyScore[]
}

/**
 * Counts melodies in a new model, or adds them to one that has counted others.
 * @throws InterruptedError when `effects.signal` aborts.
 */
export async function learnTunes(
  tunes: readonly Tune[],
  effects: Effects,
  model = new IdyomModel(),
): Promise<IdyomModel> {
  await eachTune({ title: 'IDyOM-like predictor: counting', tunes, effects }, (tune) => model.learn(tokenMelody(tune)))
  return model
}

/**
 * A trained model's scores of the test melodies. It learns each of them while it is measured on it, and forgets it after.
 * @throws InterruptedError when `effects.signal` aborts.
 */
export async function idyomScores(
  model: IdyomModel,
  { validation, test }: IdyomSides,
  effects: Effects,
): Promise<IdyomScores> {
  const mixing = await chooseMixing(model, validation, effects)
  const scores: MelodyScore[] = []
  await eachTune({ title: 'IDyOM-like predictor: test melodies', tunes: test, effects }, (tune) =>
    scores.push(scoreOf(model, tune, mixing)),
  )
  return { mixing, scores }
}

/**
 * The way to mix that has the lowest loss on (the first 100) validation melodies; the first one where there are none.
 * @throws InterruptedError when `effects.signal` aborts.
 */
export async function chooseMixing(model: IdyomModel, validation: readonly Tune[], effects: Effects): Promise<Mixing> {
  const tunes = validation.slice(0, CHOSEN_ON).filter(({ events }) => isEncodable(events))
  const losses = MIXINGS.map(() => 0)
  await eachTune({ title: 'IDyOM-like predictor: choosing its mixing', tunes, effects }, (tune) => {
    const melody = tokenMelody(tune)
    let n = 0
    for (const said of model.readMixed(melody, MIXINGS)) {
      const [token, next] = [itemAt(melody.tokens, n), melody.tokens[n + 1] ?? null]
      said.forEach((each, m) => (losses[m] = itemAt(losses, m) - tokenLogProbability(each, token, next)))
      n++
    }
  })
  return withLeast(MIXINGS, losses)
}

/** The candidate of the least loss; of equal ones the first. */
export const withLeast = <T>(candidates: readonly T[], losses: readonly number[]): T =>
  itemAt(candidates, losses.indexOf(Math.min(...losses)))

/** Tunes to go through, and what that is called. */
export interface TunesInTurn {
  readonly title: string
  readonly tunes: readonly Tune[]
  readonly effects: Effects
}

/**
 * Calls back for each of the tunes, shows how far it is, and stops where that is asked for.
 * @throws InterruptedError when `effects.signal` aborts.
 */
export async function eachTune(
  { title, tunes, effects: { reporter, signal } }: TunesInTurn,
  visit: (tune: Tune, n: number) => void,
): Promise<void> {
  const bar = reporter.bar(title, tunes.length, 'melodies')
  try {
    for (const [n, tune] of tunes.entries()) {
      if (n % 20 === 0) {
        if (signal.aborted) throw new InterruptedError('evaluation stopped; run the same command to repeat it')
        bar.update(n)
        await setImmediate()
      }
      visit(tune, n)
    }
  } finally {
    bar.stop()
  }
}

function scoreOf(model: IdyomModel, tune: Tune, mixing: Mixing): MelodyScore {
  if (!isEncodable(tune.events)) return { ...NO_SUMS, noteOns: 0 }
  const melody = tokenMelody(tune)
  return scoreTokens(melody.tokens, model.read(melody, mixing))
}

/** The notes and rests of a tune, in 4/4 where it names no metre. @throws TokenError. */
export function tokenMelody({ events, stepsPerBar = COMMON_TIME.stepsPerBar }: Tune): TokenMelody {
  return { tokens: tokensOf(events), stepsPerBar }
}
