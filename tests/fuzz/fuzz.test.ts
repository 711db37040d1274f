import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DEFAULT_EXTRACTION, scoreToMelodies } from '../../src/dataset/scoreToMelodies.ts'
import { readAbc } from '../../src/score/readAbc.ts'
import { readMidi } from '../../src/score/readMidi.ts'
import { threadMilliseconds } from '../../src/support/boundedInTime.ts'
import { mulberry32, seedFrom } from '../../src/support/random.ts'
import { ownGoldens } from '../goldens/goldens.ts'
import { fuzzInput, runFuzzCase, SAMPLE_TUNES, type FuzzKind, type FuzzSources, type FuzzTools } from './fuzzCase.ts'
import { mutateAbc } from './mutateAbc.ts'
import { mutateMidi } from './mutateMidi.ts'

const SEED = 20_240
const tools: FuzzTools = {
  ...{ readMidi, readAbc, scoreToMelodies, DEFAULT_EXTRACTION, mulberry32, seedFrom, mutateMidi, mutateAbc },
}
const folder = join(ownGoldens, 'midi')
const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
const sources: FuzzSources = {
  midi: names.filter((name) => name.endsWith('.mid')).map((name) => new Uint8Array(readFileSync(join(folder, name)))),
  abc: SAMPLE_TUNES,
}

/** The sources have melodies of 7 bars rarely; short ones take the same path to the end. */
const shortMelodies = { ...tools, DEFAULT_EXTRACTION: { ...DEFAULT_EXTRACTION, minBars: 1, minPitches: 2 } }

function outcomes(kind: FuzzKind, count: number): { counts: Record<string, number>; found: string[] } {
  const counts: Record<string, number> = {}
  const found: string[] = []
  for (let n = 0; n < count; n++) {
    const start = threadMilliseconds()
    const { outcome, defect } = runFuzzCase(fuzzInput(kind, n, SEED, sources, tools), shortMelodies)
    if (defect !== null) found.push(`${kind}:${n} ${defect}`)
    if (threadMilliseconds() - start > 2000) found.push(`${kind}:${n} took more than 2 s of the core`)
    counts[outcome] = (counts[outcome] ?? 0) + 1
  }
  return { counts, found }
}

describe('damaged scores', () => {
  it('MIDI files are read or refused by name, and some of each', () => {
    const { counts, found } = outcomes('midi', 500)
    expect(found).toEqual([])
    expect(counts['MidiConversionError']).toBeGreaterThan(100)
    expect(counts['melodies']).toBeGreaterThan(25)
    expect(counts['no melody']).toBeGreaterThan(5)
  })

  it('ABC tunes are read or refused by name, and some of each', () => {
    const { counts, found } = outcomes('abc', 200)
    expect(found).toEqual([])
    expect(counts['AbcConversionError']).toBeGreaterThan(10)
    expect(counts['melodies']).toBeGreaterThan(50)
  })

  it('are the same for the same seed, and others for another', () => {
    const input = (seed: number): unknown => fuzzInput('midi', 3, seed, sources, tools)
    expect(input(1)).toEqual(input(1))
    expect(input(1)).not.toEqual(input(2))
    expect(fuzzInput('abc', 3, 1, sources, tools)).toBe(fuzzInput('abc', 3, 1, sources, tools))
  })
})

describe('what counts as a defect', () => {
  const midi = sources.midi[0] as Uint8Array
  it('is any other error than a refusal', () => {
    const broken: FuzzTools = {
      ...tools,
      readMidi: () => {
        throw new TypeError('cannot read properties of undefined')
      },
    }
    expect(runFuzzCase(midi, broken).defect).toContain('cannot read properties')
    expect(runFuzzCase(new Uint8Array(), tools)).toEqual({ outcome: 'MidiConversionError', defect: null })
  })

  it('is a melody that cannot be', () => {
    const melody = { events: [60, 200], startStep: 0, endStep: 2, stepsPerBar: 16, stepsPerQuarter: 4, instrument: 0 }
    const broken: FuzzTools = {
      ...tools,
      scoreToMelodies: () => [{ startTimeOffset: 0, stepsPerBar: 16, melodies: [melody], dropped: [] }],
    }
    expect(runFuzzCase(midi, broken).defect).toContain('[60,200]')
  })
})
