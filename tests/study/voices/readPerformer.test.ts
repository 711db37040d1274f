import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NoteSequence } from '../../../src/score/noteSequence.ts'
import { writeMidi } from '../../../src/score/writeMidi.ts'
import { readPerformer } from '../../../src/study/voices/readPerformer.ts'
import { silentReporter } from '../../../src/support/progress.ts'

let folder: string
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'cantus-performer-'))))
afterAll(() => rm(folder, { recursive: true }))

type Notes = readonly (readonly [pitch: number, start: number, end: number, instrument?: number])[]
/** Notes in quarter notes at 60 per minute. */
const scoreOf = (notes: Notes, metre = [4, 4]): NoteSequence => ({
  ...{ ticksPerQuarter: 220, tempos: [{ timeSeconds: 0, qpm: 60 }], keySignatures: [], startTimeOffsetSeconds: 0 },
  timeSignatures: [{ timeSeconds: 0, numerator: metre[0]!, denominator: metre[1]! }],
  totalSeconds: Math.max(...notes.map(([, , end]) => end), 0),
  notes: notes.map(([pitch, startSeconds, endSeconds, instrument = 0]) => ({
    ...{ pitch, startSeconds, endSeconds, instrument, program: 0, isDrum: false, velocity: 90 },
  })),
})
async function read(score: NoteSequence, track?: number) {
  const path = join(folder, 'a.mid')
  await writeFile(path, writeMidi(score))
  const lines: string[] = []
  const line = await readPerformer(path, track, { ...silentReporter, line: (text) => void lines.push(text) })
  return { ...line, lines }
}

describe('readPerformer', () => {
  it('reads a line in whole bars', async () => {
    const { events, stepsPerBar, qpm, lines } = await read(
      scoreOf([
        [60, 0, 1],
        [62, 1, 1.5],
      ]),
    )
    expect(events).toHaveLength(16)
    expect(events.slice(0, 7)).toEqual([60, -2, -2, -2, 62, -2, -1])
    expect([stepsPerBar, qpm, lines]).toEqual([16, 60, []])
  })
  it('lets the top one of two notes lead, and says so once', async () => {
    const { events, lines } = await read(
      scoreOf([
        [60, 0, 1],
        [67, 0, 1],
        [62, 1, 2],
        [65, 1, 2],
      ]),
    )
    expect([events[0], events[4]]).toEqual([67, 65])
    expect(lines).toEqual(['2 notes sound below another: the top one leads'])
  })
  it('takes the track with most notes, or the one that is asked for', async () => {
    const two = scoreOf([
      [60, 0, 1],
      [72, 0, 1, 1],
      [74, 1, 2, 1],
    ])
    expect((await read(two)).events[0]).toBe(72)
    expect((await read(two, 0)).events[0]).toBe(60)
    await expect(read(two, 7)).rejects.toThrow(/has no track 7 with notes: choose 0, 1/)
  })
  it('reads 7/8 and one note, and says that a pitch is far out', async () => {
    const { stepsPerBar, events, lines } = await read(scoreOf([[24, 0, 1]], [7, 8]))
    expect([stepsPerBar, events.length]).toEqual([14, 14])
    expect(lines).toEqual(['1 note outside 36 to 96: the partner has heard few such'])
  })
  it('refuses what cannot perform in one line', async () => {
    await expect(readPerformer(join(folder, 'none.mid'), undefined, silentReporter)).rejects.toThrow(
      /cannot read .*none\.mid: no such file/,
    )
    await expect(read(scoreOf([]))).rejects.toThrow(/has no notes: give a file with a melody/)
  })
})
