import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { melodyMidi } from '../../src/generation/compose.ts'
import { primers } from '../../src/generation/primers.ts'
import { readPrimer } from '../../src/generation/readPrimer.ts'
import type { Note, NoteSequence } from '../../src/score/noteSequence.ts'
import { writeMidi } from '../../src/score/writeMidi.ts'
import { silentReporter } from '../../src/support/progress.ts'
import { temporaryFolder } from './fixtures.ts'

/** Eight bars of quarter notes over five pitch classes. */
const tune = Array.from({ length: 32 }, (_, beat) => [[60, 62, 64, 65, 67][beat % 5]!, -2, -2, -2]).flat()

/** Eight bars of quarter notes of one track at 120 per minute, from a beat on. */
const quarters = (instrument: number, firstBeat: number): Note[] =>
  Array.from({ length: 32 }, (_, beat) => ({
    ...{ instrument, program: instrument, isDrum: false, velocity: 90 },
    pitch: [60, 62, 64, 65, 67][beat % 5]! + 12 * instrument,
    startSeconds: (firstBeat + beat) / 2,
    endSeconds: (firstBeat + beat + 1) / 2,
  }))

const scoreOf = (notes: readonly Note[]): NoteSequence => ({
  ...{ ticksPerQuarter: 220, tempos: [{ timeSeconds: 0, qpm: 120 }], timeSignatures: [], keySignatures: [] },
  ...{ notes, totalSeconds: Math.max(...notes.map(({ endSeconds }) => endSeconds)), startTimeOffsetSeconds: 0 },
})

const events = async (text: string): Promise<readonly number[]> =>
  (await readPrimer(text, { appendix: true }, silentReporter)).primer.events

describe('readPrimer', () => {
  it('knows the names of the study', async () => {
    expect(await readPrimer('minor', { appendix: true }, silentReporter)).toEqual({
      name: 'minor',
      primer: { events: primers.minor, conditionedOn: [...primers.minor, -1, -2], qpm: 120 },
    })
  })

  it.each([
    ['60,-2,62', [60, -2, 62]],
    ['[60, -2, 62]', [60, -2, 62]],
    ['60 -2 62', [60, -2, 62]],
    ['60', [60]],
  ])('reads the events %s', async (text, expected) => expect(await events(text)).toEqual(expected))

  it.each([
    ['60,62,130', 'invalid primer step 3: 130 (0–127'],
    ['60,,62', 'invalid primer step 2: nothing (0–127'],
    ['60,C4', 'invalid primer step 2: C4 (0–127'],
    ['60,62.5', 'invalid primer step 2: 62.5 (0–127'],
    ['[]', 'the primer is empty'],
    ['', 'the primer is empty'],
    ['onenot', 'invalid primer onenot: one of onenote, half_note,'],
    ['no/such.mid', '(no such file)'],
  ])('refuses "%s"', async (text, message) => {
    await expect(readPrimer(text, { appendix: true }, silentReporter)).rejects.toThrow(message)
  })

  it('reads the melody of a MIDI file and its tempo', async () => {
    const path = join(await temporaryFolder(), 'My tune (1).mid')
    await writeFile(path, melodyMidi([60, -2, 64, -1, 67, -2], 120))
    const { name, primer, source } = await readPrimer(path, { appendix: true }, silentReporter)
    expect(name).toBe('My-tune-1-')
    expect(primer).toEqual({
      events: [60, -2, 64, -1, 67, -2],
      conditionedOn: [60, -2, 64, -1, 67, -2, -1, -2],
      qpm: 120,
    })
    expect(source).toEqual({
      file: 'My tune (1).mid',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      track: 0,
      bars: [1, 1],
    })
  })

  it('takes four bars of a longer file, the melody of a number, bars and tracks, and says what it took', async () => {
    const path = join(await temporaryFolder(), 'song.mid')
    await writeFile(path, melodyMidi(tune, 120))
    const lines: string[] = []
    const reporter = { ...silentReporter, line: (text: string) => void lines.push(text) }
    const whole = await readPrimer(path, { appendix: false }, reporter)
    expect([whole.name, whole.primer.events.length]).toEqual(['song', 64])
    const first = await readPrimer(`${path}#1`, { appendix: false }, reporter)
    expect([first.name, first.primer.events]).toEqual(['song-melody1', whole.primer.events])
    expect(first.source).toMatchObject({ file: 'song.mid', melody: 1, track: 0, bars: [1, 4] })
    const bars = { first: 2, last: 2 }
    const second = await readPrimer(path, { appendix: false, track: 0, bars }, reporter)
    expect([second.name, second.primer.events]).toEqual(['song-track0-bars2-2', tune.slice(16, 32)])
    expect(lines).toEqual([
      `${path}: the primer is bars 1-4 of melody 1 of 1, track 0 (--bars chooses others)`,
      `${path}: the primer is bars 1-4 of melody 1 of 1, track 0`,
      `${path}: the primer is bar 2 of track 0`,
    ])
  })

  it.each([
    ['a second melody', [...quarters(0, 0), ...quarters(0, 40)], 'song.mid#2 and --bars choose others'],
    [
      'a second melody in another track',
      [...quarters(0, 0), ...quarters(1, 0)],
      'song.mid#2, --track and --bars choose others',
    ],
    ['more bars alone', quarters(0, 0), '--bars chooses others'],
    ['another track alone', [...quarters(0, 0).slice(0, 12), ...quarters(1, 0).slice(0, 12)], '--track chooses others'],
  ])('offers what there is to choose from: %s', async (_, notes, hint) => {
    const path = join(await temporaryFolder(), 'song.mid')
    await writeFile(path, writeMidi(scoreOf(notes)))
    const lines: string[] = []
    const reporter = { ...silentReporter, line: (text: string) => void lines.push(text) }
    await readPrimer(path, { appendix: false }, reporter)
    expect(lines).toEqual([expect.stringContaining(`(${hint})`)])
  })

  it('takes a file whose name holds a # for that file', async () => {
    const path = join(await temporaryFolder(), 'song#2.mid')
    await writeFile(path, melodyMidi(tune, 120))
    expect((await readPrimer(path, { appendix: true }, silentReporter)).source?.file).toBe('song#2.mid')
  })

  it('names tunes of a tunebook, and melodies of a tune', async () => {
    const path = join(await temporaryFolder(), 'book.abc')
    const eight = `${'CDEF|GFED|'.repeat(4)}`
    await writeFile(path, `X:7\nT:One\nM:4/4\nL:1/4\nK:C\n${eight}\n\nX:9\nT:Two\nM:3/4\nL:1/4\nK:C\nGAB|cde|\n`)
    const nine = await readPrimer(`${path}#9`, { appendix: false }, silentReporter)
    expect([nine.name, nine.source?.file]).toEqual(['book-tune9', 'book.abc#9'])
    expect(nine.primer).toMatchObject({ timeSignature: { numerator: 3, denominator: 4 } })
    expect(nine.primer.events.filter((event) => event >= 0)).toEqual([67, 69, 71, 72, 74, 76])
    const melody = await readPrimer(`${path}#7#1`, { appendix: false }, silentReporter)
    expect([melody.name, melody.source?.melody]).toEqual(['book-tune7-melody1', 1])
    await expect(readPrimer(`${path}#8`, { appendix: true }, silentReporter)).rejects.toThrow(
      'it has no tune #8; it has 2 tunes: #7, #9',
    )
  })

  it.each([
    ['#9', 'song.mid#9: it has no melody 9; it has 1 melody: 1 (track 0, bars 1-8)'],
    ['#0', '#0 is not a melody: give its number'],
    ['#two', '#two is not a melody: give its number'],
    ['#1#1', 'it holds one score, so one number may follow its name: song.mid#1'],
  ])('refuses song.mid%s', async (suffix, message) => {
    const path = join(await temporaryFolder(), 'song.mid')
    await writeFile(path, melodyMidi(tune, 120))
    await expect(readPrimer(`${path}${suffix}`, { appendix: true }, silentReporter)).rejects.toThrow(message)
  })

  it('reads the first tune of an ABC file and says that there are more', async () => {
    const path = join(await temporaryFolder(), 'book.abc')
    await writeFile(path, 'X:1\nT:One\nM:4/4\nL:1/4\nK:C\nCDEF|\n\nX:2\nT:Two\nM:4/4\nL:1/4\nK:C\nGGGG|\n')
    const lines: string[] = []
    const reporter = { ...silentReporter, line: (text: string) => void lines.push(text) }
    const { primer } = await readPrimer(path, { appendix: false }, reporter)
    expect(primer.events.filter((event) => event >= 0)).toEqual([60, 62, 64, 65])
    expect(primer.events).toHaveLength(16)
    expect(lines).toEqual([
      expect.stringContaining('book.abc#1: the primer is track 0 (the first of 2 tunes; name another as book.abc#2)'),
    ])
  })

  it('refuses what is not a file, before reading it', async () => {
    await expect(readPrimer(await temporaryFolder(), { appendix: true }, silentReporter)).rejects.toThrow(
      'it is not a file',
    )
    await expect(readPrimer('/dev/zero', { appendix: true }, silentReporter)).rejects.toThrow('it is not a file')
  })

  it('names a file that is not music, and why', async () => {
    const path = join(await temporaryFolder(), 'broken.mid')
    await writeFile(path, 'no music')
    await expect(readPrimer(path, { appendix: true }, silentReporter)).rejects.toThrow(`invalid primer ${path}: `)
  })
})
