import { setImmediate } from 'node:timers/promises'
import { isEncodable, type Tune } from '../../dataset/batches.ts'
import { COMMON_TIME } from '../../dataset/noteInputs.ts'
import { tokensOf } from '../../dataset/tokens.ts'
import { addSums, NO_SUMS } from '../../model/metricSums.ts'
import { metricsOf } from '../../results/metrics.ts'
import type { Effects } from '../../support/effects.ts'
import { InterruptedError } from '../../support/errors.ts'
import type { MelodyScore } from '../numerical.ts'
import { scoreTokens } from '../scoreTokens.ts'
import { IdyomModel, type Mixing, type TokenMelody } from './idyomModel.ts'

/** Ways to mix the viewpoints' predictions that the validation melodies choose from. */
export const MIXINGS: readonly Mixing[] = (['arithmetic', 'geometric'] as const).flatMap((mean) =>
  [0, 0.5, 1].map((bias) => ({ mean, bias })),
)

/** Melodies the mixing is chosen on; more would not change it. */
const CHOSEN_ON = 100

/** Melodies to learn from, to choose the mixing by, and to be measured on. */
export interface IdyomSides {
  readonly train: readonly Tune[]
  readonly validation: readonly Tune[]
  readonly test: readonly Tune[]
}

/** The predictor's mixing, as the validation melodies chose it, and its scores of the test melodies. */
export interface IdyomScores {
  readonly mixing: Mixing
  readonly scores: MelodyScore[]
}

/**
 * The IDyOM-like predictor on the test melodies: it learns the training melodies, and each test melody while it is measured on it.
 * @throws InterruptedError when `effects.signal` aborts.
 */
export async function idyomScores({ train, validation, test }: IdyomSides, effects: Effects): Promise<IdyomScores> {
  const model = new IdyomModel()
  const bar = effects.reporter.bar('IDyOM-like predictor', train.length + test.length, 'melodies')
  const pause = async (done: number): Promise<void> => {
    if (effects.signal.aborted) throw new InterruptedError('evaluation stopped; run the same command to repeat it')
    bar.update(done)
    await setImmediate()
  }
  try {
    for (const [n, tune] of train.entries()) {
      if (n % 100 === 0) await pause(n)
      model.learn(tokenMelody(tune))
    }
    const chosenOn = validation.slice(0, CHOSEN_ON)
    const losses = MIXINGS.map(
      (mixing) => metricsOf(chosenOn.map((tune) => scoreOf(model, tune, mixing)).reduce(addSums, NO_SUMS)).loss,
    )
    const mixing = MIXINGS[Math.max(0, losses.indexOf(Math.min(...losses)))]!
    const scores: MelodyScore[] = []
    for (const tune of test) {
      if (scores.length % 20 === 0) await pause(train.length + scores.length)
      scores.push(scoreOf(model, tune, mixing))
    }
    return { mixing, scores }
  } finally {
    bar.stop()
  }
}

function scoreOf(model: IdyomModel, tune: Tune, mixing: Mixing): MelodyScore {
  if (!isEncodable(tune.events)) return { ...NO_SUMS, noteOns: 0 }
  const melody = tokenMelody(tune)
  return scoreTokens(melody.tokens, model.read(melody, mixing))
}

function tokenMelody({ events, stepsPerBar = COMMON_TIME.stepsPerBar }: Tune): TokenMelody {
  return { tokens: tokensOf(events), stepsPerBar }
}
