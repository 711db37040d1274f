import { describe, expect, it } from 'vitest'
import { costPoints } from '../../src/charts/controlCosts.ts'
import { togetherAims, togetherRows } from '../../src/charts/togetherTable.ts'
import type { TogetherPage, TogetherReport } from '../../src/results/togetherReport.ts'

const spread = (most: number) => ({ median: 1, most })
const page: TogetherPage = {
  ...{ turns: 1, iteration: '3.1', firstEventMs: spread(30), barLineMs: spread(1), midiOutMs: spread(10.7) },
  ...{ notesHeard: 1, lateNotes: 0, visit: { scriptBytes: 1, bytesToReply: 2_000_000, secondsToReply: 3 } },
  gaps: { minutes: 10, calls: 1, notes: 1, silences: 0, lags: 1, mostLagMs: 21 },
  ...{ hum: { melodies: 1, notes: 20, heard: 21, right: 20 }, loadPerCore: 0 },
}
const players = (beatsPerMinute: number, rightOnsets: number) => ({
  ...{ beatsPerMinute, rightOnsets, phrases: 1, notes: 1, joined: 1, rightLengths: 0.96, isCalibrated: true },
})
const report: TogetherReport = {
  ...{ format: 'cantus-together-1', seed: 1, page },
  player: { jitterSeconds: 0, offsetSeconds: [], drift: [], heldShare: [], bars: 4 },
  players: [players(60, 1), players(120, 0.97), players(180, 0.98)],
}
const interval = (value: number, low = value, high = value) => ({ value, low, high })
const onsets = (metre: string, [on34, on68]: readonly [number, number]) => ({
  ...{ metre, accent: 1, onBeatsOf34: interval(on34), onBeatsOf68: interval(on68), bitsPerNote: interval(0) },
})
const controls: NonNullable<TogetherReport['controls']> = {
  ...{ iteration: '3.1', checkpointSha256: '', temperature: 1, addedBars: 8, loadPerCore: 0, sliders: [] },
  keys: [
    {
      ...({ iteration: '3.1', hard: true, key: 'found', pieces: 1, notes: 1, plain: 0.9, held: 1 } as const),
      ...{ bitsPerNote: interval(0.16), plainNats: 0, heldNats: 0 },
    },
  ],
  locks: [{ control: 'rhythm', pieces: 500, identical: 500, bitsPerNote: interval(1) }],
  metre: {
    ...{ primers: 200, kept: 200, from: 'onenote', pieces: 96 },
    rows: [onsets('3/4', [0.9, 0.4]), onsets('6/8', [0.5, 0.9])],
  },
  rewrite: [
    {
      ...{ candidates: 8, bars: 171, tunes: 12, gain: interval(0.05, -0.01, 0.1), othersIdentical: 171 },
      milliseconds: 200,
    },
  ],
  time: [{ control: 'metre', ratio: 1.41 }],
  dial: [{ from: '2.1', to: '2.2', endsEqual: true, ratio: 2.1 }],
}

describe('togetherAims', () => {
  it('holds the page and the players to what was asked: a limit that is reached is met, one that is passed is not', () => {
    const verdicts = Object.fromEntries(togetherAims(report).map(({ what, isMet }) => [what, isMet]))
    expect(verdicts).toEqual({
      'Right onsets of simulated players up to 120 bpm': false,
      'Right onsets of simulated players up to 180 bpm': true,
      'Right lengths of simulated players': true,
      'First event of a reply, after the last note': true,
      'Reply’s first note, from the bar line': true,
      'MIDI messages, from their notes': false,
      'Gaps in the sound, in 10 minutes': false,
      'JavaScript before the first touch': true,
      'All that is loaded up to the first reply': false,
      'From opening the page to a reply': true,
      'Hummed pitches that are heard right': true,
    })
  })

  it('holds controls to their numbers and to how much was measured', () => {
    const rows = togetherRows({ ...report, controls })
    const met = (what: string) => rows.find((row) => String(row['what']).startsWith(what))
    expect(met('Cost of the key')).toMatchObject({
      asked: 'at most 0.15 bits per note',
      measured: '0.16 bits per note',
      met: 'no',
    })
    expect(met('Primers that keep')).toMatchObject({ asked: '300 of 300', measured: '200 of 200', met: 'no' })
    expect(met('Melodies whose rhythm')).toMatchObject({ measured: '500 of 500', met: 'yes' })
    expect(met('Onsets on the beats')).toMatchObject({ measured: 'apart', met: 'yes' })
    expect(met('Likelihood of what follows')).toMatchObject({ measured: '0.05 nats per step', met: 'no' }) // its interval holds 0
    expect(met('Rewritten melodies')).toMatchObject({ asked: '200 of 200', measured: '171 of 171', met: 'no' })
    expect(met('Time of a step with metre')).toMatchObject({ met: 'no' })
    expect(met('Time of a step between')).toMatchObject({ met: 'yes' })
  })
})

it('costPoints groups pieces by what was asked of them', () => {
  const points: [number, number, number, number][] = [
    [0, 1, 1, -1],
    [0.5, 2, 3, -3],
    [6, 5, 4, -2],
  ]
  const slider = { control: 'density', metric: '', asked: [0, 6], pieces: 3, spearman: 1, points } as const
  expect(costPoints({ ...slider, asked: [0, 6], points, bitsPerNote: interval(1) })).toEqual([
    { asked: 0.25, measured: 1.5, bits: 2, nats: -2, pieces: 2 },
    { asked: 6, measured: 5, bits: 4, nats: -2, pieces: 1 },
  ])
})
