import { describe, expect, it } from 'vitest'
import { melodyEncoding } from '../../src/dataset/encoding.ts'
import {
  continueMelody,
  createMelodyModel,
  logLikelihood,
  type MelodyModel,
} from '../../src/generation/continueMelody.ts'
import { softmax } from '../../src/generation/decode.ts'
import { squash } from '../../src/melody/transform.ts'
import { fromTf } from '../../src/model/convertTf.ts'
import type { EncodingName, StepModelSpec, NamedTensor } from '../../src/config/modelSpec.ts'
import { mulberry32 } from '../../src/support/random.ts'
import { goldenFolders, goldenJson } from './goldens.ts'

interface GoldenArray {
  shape: number[]
  f32le_base64: string
}
interface GenerationRow {
  primer: number[]
  num_steps_total: number
  temperature: number
  beam_size: number
  branch_factor: number
  steps_per_iteration: number
  graph_batch_size: number
  rng_seed: number
  min_margin: number
  events: number[]
  beam_loglik: number
  log_likelihood_temperature_1?: number
}
interface LstmGolden {
  rnn_layer_sizes: number[]
  attn_length: number
  weights: Record<string, GoldenArray>
  melodies: number[][]
  logits: GoldenArray
  primer_squashed: number[]
  primer_squash_transpose: number
  'primer_softmax_T1.0': GoldenArray
  'primer_softmax_T0.5': GoldenArray
  generation: GenerationRow[]
}

function floats({ shape, f32le_base64 }: GoldenArray): NamedTensor {
  const bytes = Uint8Array.from(Buffer.from(f32le_base64, 'base64'))
  return { shape, data: new Float32Array(bytes.buffer) }
}

/** Logits after each event, one row after the other. */
function logitsOf(model: MelodyModel, events: readonly number[]): Float32Array[] {
  let state = model.stepper.initialState()
  return events.map((_, position) => {
    const input = new Float32Array(model.encoding.inputSize)
    model.encoding.writeInput(events, position, input)
    const stepped = model.stepper.step(state, input)
    state = stepped.state
    return stepped.logits
  })
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  return Array.from(a).reduce((largest, value, i) => Math.max(largest, Math.abs(value - (b[i] as number))), 0)
}

const configurations = goldenFolders().flatMap(({ name, folder }) =>
  (['mono', 'basic', 'lookback', 'attention'] as const).map((encoding) => ({ name, folder, encoding })),
)

function open(folder: string, encoding: EncodingName): { golden: LstmGolden; model: MelodyModel } {
  const golden = goldenJson<LstmGolden>(folder, `lstm/lstm_${encoding}_rnn.json`)
  const spec: StepModelSpec = { encoding, layerSizes: golden.rnn_layer_sizes, attentionLength: golden.attn_length }
  const variables = Object.fromEntries(Object.entries(golden.weights).map(([name, array]) => [name, floats(array)]))
  return { golden, model: createMelodyModel(spec, fromTf(spec, variables)) }
}

describe.each(configurations)('$encoding_rnn generates as Magenta does ($name)', ({ folder, encoding }) => {
  const { golden, model } = open(folder, encoding)

  it('gives the logits of whole melodies', () => {
    const ours = golden.melodies.flatMap((events) => logitsOf(model, events.slice(0, -1)).flatMap((row) => [...row]))
    expect(largestDifference(ours, floats(golden.logits).data)).toBeLessThan(1e-5)
  })

  it.each([1, 0.5] as const)("gives the primer's softmax at temperature %d", (temperature) => {
    const array = golden[temperature === 1 ? 'primer_softmax_T1.0' : 'primer_softmax_T0.5']
    const ours = logitsOf(model, golden.primer_squashed).flatMap((logits) => [...softmax(logits, temperature)])
    expect(largestDifference(ours, floats(array).data)).toBeLessThan(1e-5)
  })

  it('squashes the primer', () => {
    const { minNote, maxNote, transposeToKey } = melodyEncoding(encoding)
    const primer = golden.generation[0]?.primer ?? []
    expect(squash(primer, minNote, maxNote, transposeToKey)).toEqual({
      events: golden.primer_squashed,
      transpose: golden.primer_squash_transpose,
    })
  })

  it.each(golden.generation)(
    'seed $rng_seed, batch $graph_batch_size: $num_steps_total steps, beam $beam_size x $branch_factor',
    async (row) => {
      const options = {
        totalSteps: row.num_steps_total,
        temperature: row.temperature,
        topK: null,
        topP: null,
        beamSize: row.beam_size,
        branchFactor: row.branch_factor,
        stepsPerIteration: row.steps_per_iteration,
      }
      const { events, score } = await continueMelody(model, row.primer, options, mulberry32(row.rng_seed))
      // A draw that close to a border could fall on either side of it in another float32 implementation.
      if (row.min_margin > 1e-5) expect(events).toEqual(row.events)
      if (events.join() === row.events.join()) expect(Math.abs(score - row.beam_loglik)).toBeLessThan(1e-4)
    },
  )

  it.each(golden.generation.filter((row) => row.log_likelihood_temperature_1 !== undefined))(
    'seed $rng_seed: the likelihood of the result at temperature 1',
    (row) => {
      const { minNote, maxNote, transposeToKey } = melodyEncoding(encoding)
      const { events } = squash(row.events, minNote, maxNote, transposeToKey)
      expect(Math.abs(logLikelihood(model, events) - (row.log_likelihood_temperature_1 ?? NaN))).toBeLessThan(1e-4)
    },
  )
})
