import { describe, expect, it } from 'vitest'
import { type BeamEntry, beamSearch } from '../../src/generation/beamSearch.ts'
import { mulberry32 } from '../../src/support/random.ts'
import { goldenFolders, goldenJson } from './goldens.ts'

interface BeamSearchRow {
  beam_size: number
  branch_factor: number
  steps_per_iteration: number
  num_steps: number
  rng_seed: number
  initial_sequence: number[]
  initial_state: number
  sequence: number[]
  state: number
  score: number
  step_call_sizes: number[]
}

describe.each(goldenFolders())('beam search equals the goldens ($name)', ({ folder }) => {
  const rows = goldenJson<{ beam_search: BeamSearchRow[] }>(folder, 'misc.json').beam_search

  it('has rows', () => expect(rows.length).toBeGreaterThan(0))

  it.each(rows)(
    'seed $rng_seed: beam $beam_size, branch $branch_factor, $steps_per_iteration steps per iteration',
    async (row) => {
      const random = mulberry32(row.rng_seed)
      const calls: number[] = []
      const extend = ({ sequence, state, score }: BeamEntry<number>): BeamEntry<number> => {
        const event = Math.floor(random.next() * 5)
        const sum = sequence.reduce((total, value) => total + value, 0)
        const loss = ((7 * sequence.length + 3 * event + sum) % 11) / 8
        return { sequence: [...sequence, event], state: state + event + 1, score: score - loss }
      }
      const best = await beamSearch<number>({
        initial: { sequence: row.initial_sequence, state: row.initial_state, score: 0 },
        step(entries) {
          calls.push(entries.length)
          return entries.map(extend)
        },
        steps: row.num_steps,
        beamSize: row.beam_size,
        branchFactor: row.branch_factor,
        stepsPerIteration: row.steps_per_iteration,
      })
      expect(best).toEqual({ sequence: row.sequence, state: row.state, score: row.score })
      expect(calls).toEqual(row.step_call_sizes)
    },
  )
})
