/**
 * The IDyOM-like predictor as the summary has it: seconds of processor time of each part (counting the melodies of both corpora,
 * choosing the mixing, measuring), and its losses in nats per step. node bench/idyom.ts [CORPUS]: the embedded tunes at quick
 * scale where no corpus is named, else full scale.
 */
import { idyomScores, learnTunes } from '../src/evaluation/idyom/idyomScores.ts'
import { addSums, NO_SUMS } from '../src/model/metricSums.ts'
import { metricsOf } from '../src/results/metrics.ts'
import { openIteration } from '../src/study/reproduce.ts'
import { cliEffects } from '../src/support/terminal/cliEffects.ts'

const corpus = ['', undefined].includes(process.argv[2]) ? [] : [process.argv[2]!]
const scale = corpus.length > 0 ? 'full' : 'quick'
const effects = cliEffects()
let [since, all] = [0, 0]
const seconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
const lap = (what: string): void => {
  const spent = seconds() - since
  all += spent
  console.log(`${what}: ${spent.toFixed(1)} s`)
  since = seconds()
}

const { part: general } = await openIteration({ iteration: '2.1', scale, corpus }, effects)
const { part: style } = await openIteration({ iteration: '2.2', scale, corpus }, effects)
since = seconds()

async function measured(
  model: Awaited<ReturnType<typeof learnTunes>>,
  part: typeof general,
  what: string,
): Promise<void> {
  const { mixing, scores } = await idyomScores(model, part, effects)
  const { loss, eventAccuracy } = metricsOf(scores.reduce(addSums, NO_SUMS))
  const reached = `test loss ${loss.toFixed(4)}, event accuracy ${(100 * eventAccuracy).toFixed(1)}%`
  lap(`  ${what}: ${mixing.mean} mean, bias ${mixing.bias}; ${reached}; chosen and measured in`)
}

const model = await learnTunes(general.train, effects)
lap(`${general.train.length} general melodies counted`)
await measured(model, general, 'general')
await measured(model, style, 'style, of the general music')
await learnTunes(style.train, effects, model)
lap(`${style.train.length} melodies of the style counted as well`)
await measured(model, style, 'style, of both')
const own = await learnTunes(style.train, effects)
lap('the style alone counted')
await measured(own, style, 'style, of the style')
console.log(`in all ${all.toFixed(1)} s`)
