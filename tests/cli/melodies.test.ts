import { Command } from 'commander'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { registerMelodies } from '../../src/cli/melodies.ts'
import { jsonLine, summaryLine, tableLines } from '../../src/study/text/melodiesText.ts'
import { extractFiles, type ScoreMelodies } from '../../src/dataset/extractFiles.ts'
import { DEFAULT_EXTRACTION } from '../../src/dataset/scoreToMelodies.ts'
import type { ExtractionConfig } from '../../src/config/experimentConfig.ts'
import { melodyFromEvents } from '../../src/melody/melody.ts'
import { melodyToNoteSequence } from '../../src/melody/melodyToNoteSequence.ts'
import { writeMidi } from '../../src/score/writeMidi.ts'
import type { Effects } from '../../src/support/effects.ts'
import { InterruptedError, UserError } from '../../src/support/errors.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { silentReporter } from '../../src/support/progress.ts'

const effects: Effects = { reporter: silentReporter, signal: new AbortController().signal, now: () => 0 }
/** Eight bars of quarter notes over five pitch classes. */
const tune = Array.from({ length: 32 }, (_, beat) => [[60, 62, 64, 65, 67][beat % 5]!, -2, -2, -2]).flat()

let folder = ''
const at = (name: string): string => join(folder, name)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cantus-melodies-'))
  await mkdir(at('set/more'), { recursive: true })
  const midi = writeMidi(melodyToNoteSequence(melodyFromEvents(tune)))
  await writeFile(at('set/tune.mid'), midi)
  await writeFile(at('set/more/short.MID'), writeMidi(melodyToNoteSequence(melodyFromEvents([60, 62]))))
  await writeFile(at('set/more/broken.mid'), midi.subarray(0, 60))
  await writeFile(at('set/notes.txt'), 'not a score')
  await writeFile(at('set/.hidden.mid'), midi)
  await writeFile(at('book.abc'), 'X:1\nT:One\nL:1/4\nK:C\nCDEF|\n\nX:2\nT:Two\nL:1/4\nK:G\nGABc|\n')
  await mkdir(at('empty'))
})
afterAll(() => rm(folder, { recursive: true }))

async function rowsOf(paths: string[], extraction: Partial<ExtractionConfig> = {}): Promise<ScoreMelodies[]> {
  const rows: ScoreMelodies[] = []
  const options = {
    paths,
    extraction: { ...DEFAULT_EXTRACTION, ...extraction },
    onScore: (row: ScoreMelodies) => rows.push(row),
  }
  await extractFiles(options, effects)
  return rows
}

/** What the command prints on stdout. */
async function printed(...args: string[]): Promise<string> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  try {
    const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined })
    registerMelodies(program)
    await program.parseAsync(['node', 'cantus', 'melodies', ...args])
    return write.mock.calls.map(([text]) => text).join('')
  } finally {
    write.mockRestore()
  }
}

describe('extractFiles', () => {
  it('searches folders and what is below them for scores, in order of their paths', async () => {
    const rows = await rowsOf([at('set')])
    expect(rows.map((row) => [row.file, row.ok])).toEqual([
      [at('set/more/broken.mid'), false],
      [at('set/more/short.MID'), true],
      [at('set/tune.mid'), true],
    ])
  })

  it('gives every path a row, and a named reason where there is no score', async () => {
    const rows = await rowsOf([at('set/more/broken.mid'), at('nothing.mid'), at('empty'), at('set/tune.mid')])
    expect(rows.map((row) => (row.ok ? 'read' : row.error.name))).toEqual([
      'MidiConversionError',
      'ScoreFileError',
      'ScoreFileError',
      'read',
    ])
    expect(rows[1]).toMatchObject({
      error: { message: `cannot read ${at('nothing.mid')} (there is no such file or folder): check the path` },
    })
  })

  it('gives a tunebook one row per tune', async () => {
    const rows = await rowsOf([at('book.abc')], { minBars: 1, minPitches: 1 })
    expect(rows.map((row) => row.file)).toEqual([`${at('book.abc')}#1`, `${at('book.abc')}#2`])
    expect(rows[1]).toMatchObject({ parts: [{ melodies: [{ startStep: 0, endStep: 16, stepsPerBar: 16 }] }] })
  })

  it('counts melodies and reasons', async () => {
    const options = { paths: [at('set')], extraction: DEFAULT_EXTRACTION, onScore: () => undefined }
    const summary = await extractFiles(options, effects)
    expect(summary).toEqual({ scores: 3, unreadable: 1, melodies: 1, dropped: { 'too-short': 1 } })
    expect(summaryLine(summary)).toBe('1 melody in 3 scores; 1 could not be read; without melody: 1 too-short')
  })

  it('stops between files when asked to', async () => {
    const stopped = { ...effects, signal: AbortSignal.abort() }
    const options = { paths: [at('set')], extraction: DEFAULT_EXTRACTION, onScore: () => undefined }
    await expect(extractFiles(options, stopped)).rejects.toThrow(InterruptedError)
  })
})

describe('cantus melodies --json', () => {
  it('prints one line per file with the parts, their melodies and what was dropped', async () => {
    const lines = (await printed('--json', at('set/tune.mid'), at('set/more/short.MID'))).split('\n')
    expect(lines).toHaveLength(3)
    expect(JSON.parse(lines[0]!)).toEqual({
      file: at('set/tune.mid'),
      ok: true,
      parts: [
        {
          startTimeOffset: 0,
          stepsPerBar: 16,
          melodies: [{ instrument: 0, startStep: 0, endStep: 128, events: tune }],
          dropped: [],
        },
      ],
    })
    expect(JSON.parse(lines[1]!)).toEqual({
      file: at('set/more/short.MID'),
      ok: true,
      parts: [{ startTimeOffset: 0, stepsPerBar: 16, melodies: [], dropped: [{ instrument: 0, reason: 'too-short' }] }],
    })
  })

  it('prints the error of a file that is not a score', async () => {
    const row = JSON.parse(await printed('--json', at('set/more/broken.mid'))) as object
    expect(Object.keys(row)).toEqual(['file', 'ok', 'error'])
    expect(row).toMatchObject({ ok: false, error: { name: 'MidiConversionError' } })
  })

  it('takes every option', async () => {
    const [short, file] = [at('set/more/short.MID'), at('set/tune.mid')]
    const events = async (...args: string[]) =>
      (JSON.parse(await printed('--json', ...args)) as { parts: [{ melodies: { events: number[] }[] }] }).parts[0]
        .melodies[0]?.events
    expect(await events(short, '--min-bars', '0', '--min-pitches', '2')).toEqual([60, 62])
    expect(await events(short, '--min-bars', '0', '--min-pitches', '3')).toBeUndefined()
    expect(await events(file, '--max-steps', '100')).toHaveLength(100)
    expect(await events(file, '--steps-per-quarter', '2')).toHaveLength(64)
    expect(await events(file, '--gap-bars', 'Infinity', '--ignore-polyphonic')).toEqual(tune)
    // Without any rest allowed every note is a melody of its own.
    expect(await events(file, '--gap-bars', '0', '--min-bars', '0', '--min-pitches', '1')).toEqual([60, -2, -2, -2])
  })

  it.each([
    ['--steps-per-quarter', '0', 'invalid --steps-per-quarter: 0 (a whole number from 1 to 1,000)'],
    ['--min-bars', '-1', 'invalid --min-bars: -1 (a whole number from 0 to 1,000,000)'],
    ['--max-steps', 'many', 'invalid --max-steps: many (a whole number from 1 to 1,000,000)'],
    ['--min-pitches', '13', 'invalid --min-pitches: 13 (a whole number from 0 to 12)'],
    ['--min-pitches', '2.5', 'invalid --min-pitches: 2.5 (a whole number from 0 to 12)'],
    ['--gap-bars', '', 'invalid --gap-bars:  (a number, 0 or more)'],
  ])('refuses %s %s', async (flag, value, message) => {
    await expect(printed(at('set/tune.mid'), `${flag}=${value}`)).rejects.toThrow(new UserError(message))
  })
})

describe('cantus melodies for a person', () => {
  it('says what each track gave, or why it gave nothing', async () => {
    const [row] = await rowsOf([at('set/tune.mid')])
    const melody = row?.ok ? row.parts[0]?.melodies[0] : undefined
    const dropped = [
      { instrument: 0, reason: 'drums' },
      { instrument: 1, reason: 'polyphonic' },
      { instrument: 2, reason: 'too-few-pitches' },
    ] as const
    const part = {
      startTimeOffset: 61,
      stepsPerBar: 16,
      melodies: [{ ...melody!, instrument: 3 }],
      dropped: [...dropped],
    }
    expect(tableLines({ file: 'a.mid', ok: true, parts: [part] }, DEFAULT_EXTRACTION, 6)).toEqual([
      'a.mid          1:01      0  nothing: drums',
      '               1:01      1  nothing: polyphonic, two notes start together (--ignore-polyphonic keeps the highest)',
      '               1:01      2  nothing: too few pitches, not 5 pitch classes (--min-pitches)',
      '          1    1:01      3  melody of 8 bars from bar 1: 32 notes, C4 to G4',
    ])
  })

  it('numbers the melodies of all parts, and counts their bars in the score', async () => {
    const [row] = await rowsOf([at('set/tune.mid')])
    const part = row?.ok ? row.parts[0]! : undefined
    const twice = { file: 'a.mid', ok: true, parts: [part!, part!], firstBars: [1, 9] } as const
    expect(tableLines(twice, DEFAULT_EXTRACTION, 5)).toEqual([
      'a.mid    1    0:00      0  melody of 8 bars from bar 1: 32 notes, C4 to G4',
      '         2    0:00      0  melody of 8 bars from bar 9: 32 notes, C4 to G4',
    ])
    // Other settings find other melodies than those that a primer is named by.
    const others = tableLines(twice, { ...DEFAULT_EXTRACTION, minBars: 2 }, 5)
    expect(others[1]).toBe('              0:00      0  melody of 8 bars from bar 9: 32 notes, C4 to G4')
    expect(row).toMatchObject({ firstBars: [1] })
  })

  it('gives the default settings by itself, so that the numbers are those of primers', async () => {
    expect(await printed(at('set/tune.mid'))).toMatch(/tune\.mid +1 +0:00 +0 {2}melody/)
  })

  it('says what is ignored of a file', async () => {
    const file = join(projectRoot, 'tests', 'fixtures', 'midi', 'tempo-on-track-1.mid')
    const note = 'note: 1 tempo change on a track other than the first is ignored, as in note-seq'
    expect(await printed(file)).toContain(note)
    expect(JSON.parse(await printed('--json', file))).toMatchObject({ ignored: { tempos: 1, timeSignatures: 0 } })
  })

  it('prints headings, rows and a summary', async () => {
    const lines = (await printed(at('set'))).trimEnd().split('\n')
    expect(lines[0]).toMatch(/^file +# +from +track +result$/)
    expect(lines[1]).toContain('cannot be read: ')
    expect(lines.at(-1)).toBe('1 melody in 3 scores; 1 could not be read; without melody: 1 too-short')
  })

  it('takes one tune of a book by its X: number, with its title and mode', async () => {
    const lines = (await printed(`${at('book.abc')}#2`)).split('\n')
    expect(lines[1]).toMatch(/book\.abc#2 +- +- +tune: Two, major$/)
    expect(lines.at(-2)).toMatch(/^0 melodies in 1 score; without melody: 1 too-short$/)
    expect(JSON.parse(await printed('--json', `${at('book.abc')}#2`))).toMatchObject({ title: 'Two', mode: 'major' })
    expect(await printed(`${at('book.abc')}#7`)).toMatch(/no tune .*#7 in .*book\.abc: it has .*#1, .*#2/)
    expect(await printed(`${at('none.abc')}#1`)).toMatch(
      /cannot read .*none\.abc#1 \(there is no such file or folder\)/,
    )
  })

  it('keeps its JSON to the keys that were promised', () => {
    expect(jsonLine({ file: 'x.mid', ok: false, error: { name: 'A', message: 'b' } })).toBe(
      '{"file":"x.mid","ok":false,"error":{"name":"A","message":"b"}}',
    )
  })
})
