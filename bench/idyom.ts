/**
 * The IDyOM-like predictor on the split of an iteration: seconds of processor time to learn it, and the loss in nats per step on
 * validation melodies by how the viewpoints are mixed. node bench/idyom.ts [CORPUS] [MELODIES]: the embedded tunes where no corpus
 * is named; at most this many melodies per row (300).
 */
import { tokensOf } from '../src/dataset/tokens.ts'
import { IdyomModel, type TokenMelody } from '../src/evaluation/idyom/idyomModel.ts'
import { tokenLogProbability } from '../src/model/tokenDistribution.ts'
import type { Mixing } from '../src/results/summary.ts'
import { openIteration } from '../src/study/reproduce.ts'
import { cliEffects } from '../src/support/terminal/cliEffects.ts'

const corpus = ['', undefined].includes(process.argv[2]) ? [] : [process.argv[2]!]
const most = Number(process.argv[3] ?? 300)
const scale = corpus.length > 0 ? 'full' : 'quick'
const effects = cliEffects()
const seconds = (): number => process.cpuUsage().user / 1e6

interface Row {
  readonly events: readonly number[]
  readonly stepsPerBar: number
}
const tokenMelody = ({ events, stepsPerBar }: Row): TokenMelody => ({ tokens: tokensOf(events), stepsPerBar })

function loss(model: IdyomModel, melodies: readonly Row[], mixing: Mixing): number {
  let sum = 0
  let steps = 0
  for (const row of melodies) {
    const melody = tokenMelody(row)
    let n = 0
    for (const distribution of model.read(melody, mixing)) {
      sum -= tokenLogProbability(distribution, melody.tokens[n]!, melody.tokens[n + 1] ?? null)
      n++
    }
    steps += row.events.length - 1
  }
  return sum / steps
}

for (const iteration of ['2.1', '2.2'] as const) {
  const { part } = await openIteration({ iteration, scale, corpus }, effects)
  const { train, validation, test } = part
  const started = seconds()
  const model = new IdyomModel()
  for (const row of train) model.learn(tokenMelody(row))
  console.log(`${iteration}: ${train.length} melodies learnt in ${(seconds() - started).toFixed(1)} s`)
  for (const mean of ['arithmetic', 'geometric'] as const)
    for (const bias of [0, 0.25, 0.5, 1]) {
      const before = seconds()
      const value = loss(model, validation.slice(0, most), { mean, bias })
      console.log(`  validation, ${mean}, bias ${bias}: ${value.toFixed(4)} (${(seconds() - before).toFixed(1)} s)`)
    }
  console.log(
    `  test, arithmetic, bias 0.5: ${loss(model, test.slice(0, most), { mean: 'arithmetic', bias: 0.5 }).toFixed(4)}`,
  )
}
