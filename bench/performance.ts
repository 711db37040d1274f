/**
 * The training engine beside other libraries on this machine, interleaved, medians of 5; the table goes to
 * report/results/performance.json with --write. Build first, then: node bench/performance.ts FOLDER [--write]
 * FOLDER holds real MIDI files. Other libraries are compared with where bench/.venv has them:
 *   python3 -m venv bench/.venv && bench/.venv/bin/pip install tensorflow-cpu==2.15.1
 *   bench/.venv/bin/pip install torch   (its build for processors alone is enough)
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median } from 'simple-statistics'
import type * as Batches from '../src/dataset/batches.ts'
import type * as Melodies from '../src/dataset/scoreToMelodies.ts'
import type * as Adam from '../src/model/adam.ts'
import type * as BackendModule from '../src/model/backend.ts'
import type * as BatchInference from '../src/model/batchInference.ts'
import type * as Inference from '../src/model/inference.ts'
import type * as WeightsModule from '../src/model/weights.ts'
import type * as ReadMidi from '../src/score/readMidi.ts'
import type * as RandomModule from '../src/support/random.ts'
import type * as Source from '../src/training/gradientSource.ts'
import { openTwin } from './twin.ts'

const REPEATS = 5
const BATCH = 128
const WINDOW = 128
const MELODIES = 1000
/** Batches a pass of windows: seconds of work, so that what a library's threads do after it weighs little. */
const WINDOW_BATCHES = 6
const STEPS_OF_ONE = 2000
const BEAMS = 128
const STEPS_OF_BEAMS = 100
/** What an event costs at the study's size: both layers' products and the output's, forward and twice back. */
const FLOP_PER_EVENT = 1.68e6
const CLASSES_OFFSET = 2 // -2 no event is class 0

const compiled = (path: string): Promise<unknown> => import(new URL(`../dist/${path}`, import.meta.url).href)
const { sequencesOf } = (await compiled('dataset/batches.js')) as typeof Batches
const { scoreToMelodies, DEFAULT_EXTRACTION } = (await compiled('dataset/scoreToMelodies.js')) as typeof Melodies
const { adamStep, clipGradients, initialAdam } = (await compiled('model/adam.js')) as typeof Adam
const { openBackend } = (await compiled('model/backend.js')) as typeof BackendModule
const { createBatchStepper } = (await compiled('model/batchInference.js')) as typeof BatchInference
const { createStepper } = (await compiled('model/inference.js')) as typeof Inference
const { initialWeights } = (await compiled('model/weights.js')) as typeof WeightsModule
const { readMidi } = (await compiled('score/readMidi.js')) as typeof ReadMidi
const { mulberry32, shuffled } = (await compiled('support/random.js')) as typeof RandomModule
const { gradientSource } = (await compiled('training/gradientSource.js')) as typeof Source

const [folder, ...flags] = process.argv.slice(2)
if (folder === undefined) {
  console.log('skipped: name a folder of MIDI files (npm run bench performance FOLDER)')
  process.exit(0)
}
const spec = { encoding: 'mono', layerSizes: [128, 128], attentionLength: 0 } as const
const random = mulberry32(1)

/** Melodies of real files in random order, whole, until there are enough. */
function realMelodies(): number[][] {
  const names = readdirSync(folder!, { recursive: true, encoding: 'utf8' }).filter((name) => /\.midi?$/i.test(name))
  const melodies: number[][] = []
  for (const name of shuffled(names.sort(), random)) {
    if (melodies.length >= MELODIES) break
    try {
      const parts = scoreToMelodies(readMidi(new Uint8Array(readFileSync(join(folder!, name)))), DEFAULT_EXTRACTION)
      melodies.push(...parts.flatMap((part) => part.melodies.map(({ events }) => [...events])))
    } catch (error) {
      if (!(error instanceof Error)) throw error // skip files that cannot be read
    }
  }
  return shuffled(melodies.slice(0, MELODIES), random)
}

const melodies = realMelodies()
if (melodies.length < MELODIES) throw new Error(`${folder} gives ${melodies.length} melodies, ${MELODIES} are needed`)
const windows = melodies
  .flatMap((events) =>
    sequencesOf([events], WINDOW).map(({ start, length }) => events.slice(start, start + length + 1)),
  )
  .filter((events) => events.length === WINDOW + 1)
  .slice(0, BATCH * WINDOW_BATCHES)
const byLength = melodies.toSorted((a, b) => a.length - b.length)

interface Pass {
  readonly events: number
  readonly wall: number
  readonly cpu: number
}
type Runner = (sequences: readonly number[][]) => Promise<Pass>

const backend = await openBackend()

/** Our own training step, as the loop makes it; `fused` false: with TensorFlow's LSTM kernels. */
function ours(workers: number, fused = true): { run: Runner; close: () => Promise<void> } {
  const weights = initialWeights(spec, 1)
  if (!fused) process.env['CANTUS_FUSED'] = '0' // read when the kernels are chosen, here and in the threads
  const source = gradientSource(backend, spec, workers, weights)
  delete process.env['CANTUS_FUSED']
  let adam = initialAdam(weights)
  const run: Runner = async (all) => {
    const [started, cpu] = [performance.now(), process.cpuUsage()]
    let events = 0
    for (let n = 0; n < all.length; n += BATCH) {
      const batch = sequencesOf(all.slice(n, n + BATCH), 'whole')
      const dropout = { keepProbability: 0.5, seed: adam.step }
      const { gradients, sums } = await source.gradients(weights, batch, dropout)
      clipGradients(gradients, 5, 'variable')
      adam = adamStep(weights, gradients, adam, { learningRate: 1e-3 })
      events += sums.steps
    }
    const { user, system } = process.cpuUsage(cpu)
    return { events, wall: (performance.now() - started) / 1e3, cpu: (user + system) / 1e6 }
  }
  return { run, close: () => source.close() }
}

/** TensorFlow.js's own layers on the same backend, as a person would write the network; all windows have one length. */
function tfLayers(): { run: Runner; close: () => Promise<void> } {
  const { tf } = backend
  const lstm = { units: 128, returnSequences: true, recurrentActivation: 'sigmoid' } as const
  const plain = { ...lstm, recurrentInitializer: 'glorotUniform' } as const
  const network = tf.sequential({
    layers: [
      tf.layers.lstm({ ...plain, inputShape: [WINDOW, 130] }),
      tf.layers.dropout({ rate: 0.5 }),
      tf.layers.lstm(plain),
      tf.layers.dropout({ rate: 0.5 }),
      tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 130, activation: 'softmax' }) }),
    ],
  })
  network.compile({ optimizer: tf.train.adam(1e-3), loss: 'categoricalCrossentropy' })
  const oneHot = (all: readonly number[][], from: number) => {
    const classes = all.map((events) => events.slice(from, from + WINDOW).map((event) => event + CLASSES_OFFSET))
    return tf.tidy(() => tf.oneHot(tf.tensor2d(classes, [all.length, WINDOW], 'int32'), 130).toFloat())
  }
  const run: Runner = async (all) => {
    const [inputs, labels] = [oneHot(all, 0), oneHot(all, 1)]
    const [started, cpu] = [performance.now(), process.cpuUsage()]
    await network.trainOnBatch(inputs, labels)
    const { user, system } = process.cpuUsage(cpu)
    const wall = (performance.now() - started) / 1e3
    tf.dispose([inputs, labels])
    return { events: all.length * WINDOW, wall, cpu: (user + system) / 1e6 }
  }
  return { run, close: () => Promise.resolve(network.dispose()).then(() => undefined) }
}

/** A library in a process of its own; null if it is not installed. */
async function other(library: string): Promise<{ run: Runner; close: () => Promise<void> } | null> {
  const twin = await openTwin('baselines.py', [library, String(availableParallelism())])
  if (twin === null) return null
  const run: Runner = (all) => {
    const sequences = all.map((events) => events.map((event) => event + CLASSES_OFFSET))
    return twin.ask<Pass>({ sequences, batch: BATCH })
  }
  return { run, close: () => Promise.resolve(twin.close()) }
}

const wallRate = ({ events, wall }: Pass): number => events / wall
const cpuRate = ({ events, cpu }: Pass): number => events / cpu
const thousands = (rate: number): string => `${(rate / 1000).toFixed(1)}k`.padStart(7)

/** All passes of all runners, one after the other in each round; the first of each warms up. */
async function interleaved(runners: readonly (readonly [string, Runner, readonly number[][]])[]) {
  const passes = new Map(runners.map(([name]) => [name, [] as Pass[]]))
  for (let round = 0; round <= REPEATS; round++) {
    for (const [name, run, sequences] of runners) {
      const pass = await run(sequences)
      if (round > 0) passes.get(name)!.push(pass)
    }
  }
  return Object.fromEntries(
    [...passes].map(([name, all]) => [
      name,
      { eventsPerSecond: median(all.map(wallRate)), eventsPerCpuSecond: median(all.map(cpuRate)) },
    ]),
  )
}

function millisecondsOfOneStep(): number {
  const stepper = createStepper(spec, initialWeights(spec, 1))
  const row = new Float32Array(130)
  row[60] = 1
  const times = Array.from({ length: REPEATS }, () => {
    let state = stepper.initialState()
    const started = performance.now()
    for (let n = 0; n < STEPS_OF_ONE; n++) state = stepper.step(state, row).state
    return (performance.now() - started) / STEPS_OF_ONE
  })
  return median(times)
}

/** Of an event, when many sequences take their steps together. */
function millisecondsOfMany(): number {
  const stepper = createBatchStepper(backend, spec, initialWeights(spec, 1))
  const row = new Float32Array(130)
  row[60] = 1
  const inputs = Array.from({ length: BEAMS }, () => row)
  const times = Array.from({ length: REPEATS }, () => {
    let states = inputs.map(() => stepper.initialState())
    const started = performance.now()
    for (let n = 0; n < STEPS_OF_BEAMS; n++) states = stepper.stepMany(states, inputs).map(({ state }) => state)
    return (performance.now() - started) / STEPS_OF_BEAMS / BEAMS
  })
  stepper.close()
  return median(times)
}

const peakMegabytes = (): number => process.resourceUsage().maxRSS / 1024

console.log(`${backend.description}; ${availableParallelism()} cores, ${cpus()[0]?.model ?? 'unknown processor'}`)
const all = ours(Math.max(2, availableParallelism()))
const one = ours(1)
const unfused = ours(Math.max(2, availableParallelism()), false)
const tensorsBefore = backend.tf.memory().numTensors
const [torch, keras, magenta, sgemm] = [
  await other('torch'),
  await other('keras'),
  await other('magenta'),
  await other('sgemm'),
]
const present = (name: string, library: { run: Runner } | null, sequences: readonly number[][]) =>
  library === null ? [] : [[name, library.run, sequences] as const]

const square = await interleaved([
  ['ours', all.run, windows],
  ['ours, one worker', one.run, windows],
  ["ours, TensorFlow's kernels", unfused.run, windows],
  ...present('PyTorch', torch, windows),
  ...present('Keras', keras, windows),
])
const memory = peakMegabytes() // before the passes over whole melodies, which hold all of them here
const tensors = backend.tf.memory().numTensors - tensorsBefore
const layers = tfLayers() // the slowest by far: a batch a pass
Object.assign(square, await interleaved([['tf.layers', layers.run, windows.slice(0, BATCH)]]))
const real = await interleaved([
  ['ours', all.run, byLength],
  ...present("Magenta's graph, padded in random order", magenta, melodies),
])
const gemm = sgemm === null ? null : await fastestProduct(sgemm.run)
const gemmRate = gemm === null ? null : (2 * 2048 ** 3) / gemm
const batchOne = millisecondsOfOneStep()
const beams = millisecondsOfMany()
for (const library of [all, one, unfused, layers, torch, keras, magenta, sgemm]) await library?.close()

/** Seconds of the machine's own product, the best of many: it is a limit. */
async function fastestProduct(run: Runner): Promise<number> {
  const walls: number[] = []
  for (let n = 0; n < 4 * REPEATS; n++) walls.push((await run(windows.slice(0, 1))).wall)
  return Math.min(...walls)
}

function table(title: string, rows: typeof square): void {
  console.log(`\n${title}`)
  const base = rows['ours']!
  for (const [name, { eventsPerSecond, eventsPerCpuSecond }] of Object.entries(rows)) {
    console.log(
      `${name.padEnd(42)}${thousands(eventsPerSecond)} events/s  ${thousands(eventsPerCpuSecond)} per CPU-second` +
        (name === 'ours'
          ? ''
          : `   ours is ${(base.eventsPerSecond / eventsPerSecond).toFixed(2)} x, per CPU-second ${(base.eventsPerCpuSecond / eventsPerCpuSecond).toFixed(2)} x`),
    )
  }
}
table(`training, batch ${BATCH} x ${WINDOW}, medians of ${REPEATS} interleaved passes`, square)
table(`${MELODIES} real melodies, none cut, valid events (ours sorted by length)`, real)
const share = gemmRate === null ? null : (square['ours']!.eventsPerSecond * FLOP_PER_EVENT) / gemmRate
console.log(
  gemmRate === null
    ? '\nsgemm: TensorFlow is not in bench/.venv'
    : `\nsgemm 2048: ${(gemmRate / 1e9).toFixed(0)} GFLOP/s; training does ${(share! * 100).toFixed(0)}% of that, at ${FLOP_PER_EVENT / 1e6} MFLOP per event`,
)
console.log(
  `generation, portable, one melody: ${batchOne.toFixed(3)} ms per event; native, ${BEAMS} at once: ${beams.toFixed(3)} ms`,
)
console.log(`resident memory at most ${memory.toFixed(0)} MB while training; tensors more than before: ${tensors}`)
if (flags.includes('--write')) {
  const result = {
    format: 'cantus-performance-1',
    machine: { cores: availableParallelism(), processor: cpus()[0]?.model ?? null, node: process.version },
    settings: { batch: BATCH, window: WINDOW, melodies: MELODIES, repeats: REPEATS, flopAnEvent: FLOP_PER_EVENT },
    square,
    realMelodies: real,
    sgemm: { flopsPerSecond: gemmRate, shareOfIt: share },
    generation: { millisecondsPerEvent: batchOne, beams: BEAMS, millisecondsPerEventOfMany: beams },
    memory: { residentMegabytes: memory, tensorsLeft: tensors },
  }
  const path = fileURLToPath(new URL('../report/results/performance.json', import.meta.url))
  writeFileSync(path, `${JSON.stringify(result, null, 1)}\n`)
  console.log(path)
}
process.exit(0)
