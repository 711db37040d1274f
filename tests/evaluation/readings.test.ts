import { describe, expect, it } from 'vitest'
import { type Reading, readingsOf, type ReadMelody, remarks } from '../../src/evaluation/readings.ts'

const BAR = 4
const human = Object.fromEntries(
  [
    'barSimilarity4',
    'modeShare',
    'stepwiseShare',
    'noteDensity',
    'longestSamePitchRun',
    'pitchRange',
    'grooveSimilarity',
    'leadingNoteResolution',
    'stillTail',
  ].map((id) => [id, { percentiles: [0, 0.25, 0.5, 0.75, 1] as const }]),
)
/** C major in bars of four sixteenths, one bar given. */
const melody = (...added: number[]): ReadMelody => {
  return { events: [60, 62, 64, 65, ...added], primerSteps: BAR, stepsPerBar: BAR, tonic: 0, mode: 'major' }
}
/** A reading in words: `Leaves D minor in bar 7. Repeats A4 five times in bar 9.` */
const readingText = (reading: Reading): string =>
  reading
    .map((parts) => parts.map((part) => (typeof part === 'string' ? part : `bar ${part.bar}`)).join(''))
    .map((text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`)
    .join(' ')
const said = (...added: number[]): string[] =>
  remarks(melody(...added), human).map((remark) => readingText(readingsOf([[remark]])[0] ?? []))

describe('remarks', () => {
  it('say the measure furthest from people first', () => {
    const all = remarks(melody(60, 62, 64, 65, 72, 40, 72, 40), human)
    const distances = all.map(({ distance }) => distance)
    expect(distances).toEqual(distances.toSorted((a, b) => b - a))
    expect(all[0]?.metric).toBe('pitchRange')
  })

  it('say what returns and where: the same, moved, or nothing', () => {
    // Bars two to four hold a note: only the fifth is four bars later.
    const between = [50, -2, -2, -2, 50, -2, -2, -2, 50, -2, -2, -2]
    expect(said(...between, 60, 62, 64, 65)).toContain('Brings bar 1 back in bar 5.')
    expect(said(...between, 67, 69, 71, 72)).toContain('Brings bar 1 back in bar 5, a fifth higher.')
    const nothing = 'Brings nothing back: from bar 2 on, no figure of four notes was heard before.'
    expect(said(...between, 67, 60, 62, 59)).toContain(nothing)
  })

  it('say whether the key is kept, left for a note, or lost', () => {
    expect(said(64, 62, 60, 59)).toContain('Keeps to C major up to bar 2.')
    expect(said(64, 62, 61, 63)).toContain('Loses the key in bar 2: 50% of its notes are not of C major.')
    const one = said(60, 62, 64, 65, 67, 65, 64, 62, 60, 61, 60, 62)
    expect(one).toContain('Steps out of C major in bar 4.')
  })

  it('say where a note is stuck, how the line moves and what the leading note does', () => {
    expect(said(67, 67, 67, 67)).toContain('Sticks to G4 from bar 2: 4 times in a row.')
    expect(said(60, 72, 60, 72)).toContain('Leaps 12 semitones in bar 2; 0% of its moves are steps.')
    expect(said(59, 60, 62, 60)).toContain('Leads home: B3 in bar 2 goes to the tonic.')
    expect(said(59, 67, 62, 60)).toContain('Lets its leading note B3 in bar 2 go elsewhere than home.')
  })

  it('say that nothing was added, and nothing that people were not measured for', () => {
    expect(said(-1, -2, -2, -2)).toEqual(['Adds nothing: silence from bar 2 on.'])
    expect(remarks(melody(60, 62, 64, 65), {})).toEqual([])
  })
})

describe('readingsOf', () => {
  it('has at most three sentences, and opens no two of a page alike', () => {
    const page = Array.from({ length: 6 }, () => remarks(melody(60, 62, 64, 65, 72, 40, 72, 40), human))
    const readings = readingsOf(page)
    const words = (text: string): string => text.replace(/\b[A-G][♯♭]?\d?\b|\d+/g, '–')
    const openings = readings.flatMap((reading) =>
      reading.map((parts) =>
        words(readingText([parts]))
          .split(' ')
          .slice(0, 3)
          .join(' '),
      ),
    )
    expect(openings.length).toBeGreaterThan(8)
    expect(new Set(openings).size).toBe(openings.length)
    for (const reading of readings) expect(reading.length).toBeLessThanOrEqual(3)
    expect(readings[0]).toHaveLength(3)
  })

  it('names a bar in every sentence', () => {
    const page = readingsOf([remarks(melody(60, 62, 64, 65, 72, 40, 72, 40), human)], 9)
    for (const parts of page.flat()) expect(parts.some((part) => typeof part !== 'string')).toBe(true)
  })
})
