/**
 * The network of notes beside that of steps, on the embedded tunes: melodies learnt from per second, by two workers, and the time one
 * step of the portable inference takes. Interleaved, medians of 5 rounds. Build first, then: node bench/notes.ts
 */
import { median, quantile } from 'simple-statistics'
import type * as Batches from '../src/dataset/batches.ts'
import type * as Encoding from '../src/dataset/encoding.ts'
import type * as Tokens from '../src/dataset/tokens.ts'
import type * as BackendModule from '../src/model/backend.ts'
import type * as OpenStepper from '../src/model/openStepper.ts'
import type * as WeightsModule from '../src/model/weights.ts'
import type * as Reproduce from '../src/study/reproduce.ts'
import type * as Source from '../src/training/gradientSource.ts'
import type { ModelSpec } from '../src/config/modelSpec.ts'
import { cliEffects } from '../src/support/terminal/cliEffects.ts'

const ROUNDS = 5
const WORKERS = 2
/** Melodies of a batch: about 12,000 notes and rests. */
const MELODIES = 96
/** Steps of the melody that portable inference reads. */
const STEPS = 512

const compiled = (path: string): Promise<unknown> => import(new URL(`../dist/${path}`, import.meta.url).href)
const { wholeSequences } = (await compiled('dataset/batches.js')) as typeof Batches
const { eventEncoding, inputRow } = (await compiled('dataset/encoding.js')) as typeof Encoding
const { tokensOf } = (await compiled('dataset/tokens.js')) as typeof Tokens
const { openBackend } = (await compiled('model/backend.js')) as typeof BackendModule
const { openStepper } = (await compiled('model/openStepper.js')) as typeof OpenStepper
const { initialWeights } = (await compiled('model/weights.js')) as typeof WeightsModule
const { openIteration } = (await compiled('study/reproduce.js')) as typeof Reproduce
const { gradientSource } = (await compiled('training/gradientSource.js')) as typeof Source

const specs: Readonly<Record<string, ModelSpec>> = {
  'steps, 2 x 128': { encoding: 'mono', layerSizes: [128, 128], attentionLength: 0 },
  'notes, 2 x 128': { encoding: 'notes', layerSizes: [128, 128], attentionSize: 64 },
  'notes, 2 x 192': { encoding: 'notes', layerSizes: [192, 192], attentionSize: 64 },
}

const { part } = await openIteration({ iteration: '2.1', scale: 'quick' }, cliEffects())
const sequences = wholeSequences(part.train.slice(0, MELODIES), eventEncoding(specs['steps, 2 x 128']!))
const events = sequences.reduce((sum, { length }) => sum + length, 0)
const notes = sequences.reduce((sum, sequence) => sum + tokensOf(sequence.events).length, 0)
console.log(`${sequences.length} melodies: ${events} events, ${notes} notes and rests`)

const backend = await openBackend()
console.log(backend.description)
const networks = Object.entries(specs).map(([name, spec]) => {
  const weights = initialWeights(spec, 1)
  return { name, spec, weights, source: gradientSource(backend, spec, WORKERS, weights), rates: [] as number[] }
})
for (let round = 0; round <= ROUNDS; round++)
  for (const { weights, source, rates } of networks) {
    const started = performance.now()
    await source.gradients(weights, sequences, { keepProbability: 0.9, seed: round })
    if (round > 0) rates.push(events / ((performance.now() - started) / 1000)) // the first round warms up
  }
const base = median(networks[0]!.rates)
console.log(`\nTraining, ${WORKERS} workers`)
for (const { name, rates, source } of networks) {
  const rate = median(rates)
  const ofNotes = `${((rate * notes) / events / 1000).toFixed(1)}k notes`
  console.log(
    `  ${name}  ${(rate / 1000).toFixed(1)}k events (${ofNotes}) per second, ${(rate / base).toFixed(2)} times steps`,
  )
  await source.close()
}

console.log(`\nPortable inference, ${STEPS} steps of a melody`)
const longest = part.train.reduce((a, b) => (b.events.length > a.events.length ? b : a)).events.slice(0, STEPS)
for (const { name, spec, weights } of networks) {
  const stepper = openStepper(spec, weights)
  const encoding = eventEncoding(spec)
  const times: number[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    let state = stepper.initialState()
    longest.forEach((_, position) => {
      const row = inputRow(encoding, longest, position)
      const started = performance.now()
      state = stepper.step(state, row).state
      if (round > 0) times.push(performance.now() - started)
    })
  }
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length
  console.log(`  ${name}  ${mean.toFixed(2)} ms on average, ${quantile(times, 0.99).toFixed(2)} ms at most in 99%`)
}
