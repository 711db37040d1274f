/**
 * The network of notes beside that of steps, on the embedded tunes: melodies learnt from per second, by two workers, and the time one
 * step of the portable inference takes; and whole training steps beside the same network in PyTorch, where bench/.venv has it
 * (bench/performance.ts says how). Interleaved, medians of 5 rounds. npm run bench notes
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { median, quantile } from 'simple-statistics'
import type * as Batches from '../src/dataset/batches.ts'
import type * as Encoding from '../src/dataset/encoding.ts'
import type * as Tokens from '../src/dataset/tokens.ts'
import type * as NoteBatches from '../src/dataset/noteBatches.ts'
import type * as AdamModule from '../src/model/adam.ts'
import type * as BackendModule from '../src/model/backend.ts'
import type * as NoteRnn from '../src/model/notes/noteRnn.ts'
import type * as OpenStepper from '../src/model/openStepper.ts'
import type * as Safetensors from '../src/model/safetensors.ts'
import type * as WeightsModule from '../src/model/weights.ts'
import type * as Reproduce from '../src/study/reproduce.ts'
import type * as Source from '../src/training/gradientSource.ts'
import type { ModelSpec, NoteModelSpec, Weights } from '../src/config/modelSpec.ts'
import { cliEffects } from '../src/support/terminal/cliEffects.ts'
import { openTwin, type Twin } from './twin.ts'

const ROUNDS = 5
const WORKERS = 2
/** Melodies of a batch: about 12,000 notes and rests. */
const MELODIES = 96
/** Steps of the melody that portable inference reads. */
const STEPS = 512

const compiled = (path: string): Promise<unknown> => import(new URL(`../dist/${path}`, import.meta.url).href)
const { groupsOfAtMost, wholeSequences } = (await compiled('dataset/batches.js')) as typeof Batches
const { eventEncoding, inputRow } = (await compiled('dataset/encoding.js')) as typeof Encoding
const { makeNoteBatch, noteMelody } = (await compiled('dataset/noteBatches.js')) as typeof NoteBatches
const { tokensOf } = (await compiled('dataset/tokens.js')) as typeof Tokens
const { adamStep, clipGradients, initialAdam } = (await compiled('model/adam.js')) as typeof AdamModule
const { openBackend } = (await compiled('model/backend.js')) as typeof BackendModule
const { noteRnn } = (await compiled('model/notes/noteRnn.js')) as typeof NoteRnn
const { openStepper } = (await compiled('model/openStepper.js')) as typeof OpenStepper
const { encodeSafetensors } = (await compiled('model/safetensors.js')) as typeof Safetensors
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

/** Notes and rests of a training step of iteration 3.1, padding included. */
const BATCH_ROWS = 4000
const network: NoteModelSpec = { encoding: 'notes', layerSizes: [192, 192], attentionSize: 64 }

/** Whole training steps of iteration 3.1's network, gradients to Adam, here and in PyTorch, from the same weights on the same batches. */
async function besideTheTwin(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cantus-bench-notes-'))
  const weights = initialWeights(network, 1)
  const start = join(folder, 'weights.safetensors')
  await writeFile(start, encodeSafetensors(weights, {}, 'F32'))
  const twin = await openTwin('noteTwin.py', [String(availableParallelism()), start])
  try {
    if (twin === null) console.log('\nno PyTorch in bench/.venv: the same network in PyTorch is left out')
    else await compareWith(twin, weights, folder)
  } finally {
    twin?.close()
    await rm(folder, { recursive: true })
  }
}

async function compareWith(twin: Twin, weights: Weights, folder: string): Promise<void> {
  const whole = wholeSequences(part.train.slice(0, 4 * MELODIES), eventEncoding(network))
  const sized = whole.map((sequence) => ({ sequence, length: noteMelody(sequence).tokens.length }))
  const batches = groupsOfAtMost(sized, BATCH_ROWS).map((group) => group.map(({ sequence }) => sequence))
  const files = await Promise.all(batches.map((batch, n) => writeBatch(batch, join(folder, `${n}.safetensors`))))
  const rnn = noteRnn(backend, network)
  const own = batches.map((batch) => {
    const { loss, steps } = rnn.measure(weights, batch, { keepProbability: 1, seed: 0 })
    return loss / steps
  })
  const { losses } = await twin.ask<Answer>({ batches: files, learn: false })
  const furthest = Math.max(...losses.map((loss, n) => Math.abs(loss - own[n]!)))
  const source = gradientSource(backend, network, WORKERS, weights)
  let adam = initialAdam(weights)
  const rates = { ours: [] as number[], theirs: [] as number[] }
  const learnt = batches.flat().reduce((sum, { length }) => sum + length, 0)
  for (let round = 0; round <= ROUNDS; round++) {
    const started = performance.now()
    for (const batch of batches) {
      const { gradients } = await source.gradients(weights, batch, { keepProbability: 0.9, seed: adam.step })
      clipGradients(gradients, 1, 'global')
      adam = adamStep(weights, gradients, adam, { learningRate: 3e-3 })
    }
    const seconds = (performance.now() - started) / 1000
    const answer = await twin.ask<Answer>({ batches: files, learn: true })
    if (round === 0) continue // it warms up
    rates.ours.push(learnt / seconds)
    rates.theirs.push(learnt / answer.seconds)
  }
  await source.close()
  const [ours, theirs] = [median(rates.ours), median(rates.theirs)]
  console.log(
    `\nTraining steps of about ${BATCH_ROWS} notes and rests, 2 x 192 units, attention and three heads, dropout, Adam`,
  )
  console.log(`  losses from the same weights differ by at most ${furthest.toExponential(1)} nats per step`)
  console.log(`  ours     ${(ours / 1000).toFixed(1)}k events per second`)
  console.log(
    `  PyTorch  ${(theirs / 1000).toFixed(1)}k events per second: ours is ${(ours / theirs).toFixed(2)} times as fast`,
  )
}

interface Answer {
  readonly seconds: number
  readonly losses: readonly number[]
}

/** A batch as noteTwin.py reads it. */
async function writeBatch(batch: readonly Batches.Sequence[], path: string): Promise<string> {
  const made = makeNoteBatch(batch.map(noteMelody), { without: [], hasOther: false })
  const { steps, size, columns, inputs, endings, distances, valid, ...rest } = made
  const rows = steps * size
  const { lengthTargets, intervalTargets, intervalMask, restTargets, hasLength, hasKind, hasNote } = rest
  const tables = {
    inputs,
    endings,
    lengthTargets,
    intervalTargets,
    intervalMask,
    restTargets,
    hasLength,
    hasKind,
    hasNote,
  }
  const tensors = Object.entries(tables).map(
    ([name, data]) => [name, { shape: [rows, data.length / rows], data }] as const,
  )
  await writeFile(
    path,
    encodeSafetensors(
      {
        ...Object.fromEntries(tensors),
        distances: { shape: [size, steps, steps + 1], data: Float32Array.from(distances) },
        columns: { shape: [columns.length], data: Float32Array.from(columns) },
        valid: { shape: [1], data: Float32Array.of(valid) },
      },
      {},
      'F32',
    ),
  )
  return path
}

await besideTheTwin()
