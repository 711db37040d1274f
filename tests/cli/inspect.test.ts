import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { detailLines, tableLine } from '../../src/study/text/inspectText.ts'
import { inspectFile, inspectFiles, type InspectLine } from '../../src/dataset/inspectFiles.ts'
import type { Effects } from '../../src/support/effects.ts'
import { InterruptedError } from '../../src/support/errors.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { silentReporter } from '../../src/support/progress.ts'
import { fileOf, QUARTER } from '../fixtures/makeCorrupt.ts'

const effects = (signal = new AbortController().signal): Effects => ({ reporter: silentReporter, signal, now: () => 0 })
let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cantus-inspect-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function put(name: string, content: Uint8Array | string): Promise<string> {
  const path = join(folder, name)
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, content)
  return path
}

async function inspectAll(paths: string[]): Promise<{ lines: InspectLine[]; summary: object }> {
  const lines: InspectLine[] = []
  const summary = await inspectFiles({ paths, onLine: (line) => void lines.push(line) }, effects())
  return { lines, summary }
}

describe('cantus inspect', () => {
  it('gives a MIDI file in one line', async () => {
    const file = await put('a.mid', fileOf([0, 0xff, 0x58, 4, 3, 2, 24, 8, ...QUARTER]))
    expect(JSON.stringify((await inspectFile(file))[0])).toBe(
      `{"file":${JSON.stringify(file)},"ok":true,"ticksPerQuarter":480,"totalTime":0.5,"tempos":[[0,120]],` +
        `"timeSignatures":[[0,3,4]],"notes":[[0,0,0,60,64,0,0.5]]}`,
    )
  })

  it('names the error of what cannot be read', async () => {
    const midi = await put('bad.mid', 'no music')
    const abc = await put('bad.abc', 'X:1\nno key\n')
    const errors = [...(await inspectFile(midi)), ...(await inspectFile(abc))].map((line) => !line.ok && line.error)
    expect(errors).toEqual([
      { name: 'MidiConversionError', message: expect.stringContaining('no MIDI file') },
      { name: 'AbcConversionError', message: expect.stringContaining('no K: field') },
    ])
  })

  it('gives every path a line: files, folders, tunes of a book, and what is not there', async () => {
    await put('scores/b.mid', fileOf(QUARTER))
    await put('scores/deep/a.MID', fileOf(QUARTER))
    await put('scores/read.me', 'text')
    const book = await put('book.abc', 'X:1\nK:C\nC|\n\nX:2\nK:C\nD|\n')
    const missing = join(folder, 'missing.mid')
    const { lines, summary } = await inspectAll([join(folder, 'scores'), book, missing])
    expect(lines.map(({ file, ok }) => [file.slice(folder.length + 1), ok])).toEqual([
      [join('scores', 'b.mid'), true],
      [join('scores', 'deep', 'a.MID'), true],
      ['book.abc#1', true],
      ['book.abc#2', true],
      ['missing.mid', false],
    ])
    expect(summary).toEqual({ scores: 5, unreadable: 1 })
  })

  it('names what a folder holds that it does not read: links, other kinds, names that are not UTF-8', async () => {
    await put('m/a.mid', fileOf(QUARTER))
    await put('m/b.krn', '<score-partwise/>')
    await symlink(join(folder, 'm', 'a.mid'), join(folder, 'm', 'link.mid'))
    const latin = Buffer.concat([Buffer.from(join(folder, 'm', 'M')), Buffer.from([0xfc]), Buffer.from('.mid')])
    await writeFile(latin, fileOf(QUARTER))
    const said: string[] = []
    const rows: InspectLine[] = []
    const reporter = { ...silentReporter, line: (line: string) => void said.push(line) }
    await inspectFiles({ paths: [join(folder, 'm')], onLine: (row) => void rows.push(row) }, { ...effects(), reporter })
    expect(said).toEqual([
      `${join(folder, 'm')}: 1 symbolic link not followed`,
      `${join(folder, 'm')}: 1 file not read (1 .krn): scores must be MIDI, ABC, MusicXML or NoteSequence`,
    ])
    expect(rows.map(({ file, ok }) => [file.slice(folder.length + 3), ok])).toEqual([
      ['M\\xfc.mid', false],
      ['a.mid', true],
    ])
    expect(JSON.stringify(rows[0])).toMatch(/its name is not UTF-8: rename it/)
  })

  it('prints a row that a person understands', async () => {
    const [good] = await inspectFile(await put('a.mid', fileOf(QUARTER)))
    const [bad] = await inspectFile(await put('bad.mid', ''))
    expect(tableLine({ ...(good as InspectLine), file: 'a.mid' }, 8)).toMatch(
      /^a\.mid {3} +0:00\.5 +1 +1 +60 +120 +4\/4 \(none said\)$/,
    )
    expect(tableLine({ ...(bad as InspectLine), file: 'bad.mid' }, 8)).toBe(
      'bad.mid   cannot be read: empty file (byte 0)',
    )
  })

  it('numbers the tracks of a file, and says what is ignored of it', async () => {
    const [ignoring] = await inspectFile(join(projectRoot, 'tests', 'fixtures', 'midi', 'tempo-on-track-1.mid'))
    expect(ignoring).toMatchObject({ ignored: { tempos: 1, timeSignatures: 0 } })
    const note = '  note: 1 tempo change on a track other than the first is ignored, as in note-seq'
    expect(detailLines(ignoring!, false)).toEqual([note])
    expect(detailLines(ignoring!, true)).toEqual([note, '  track 0: 60 notes, Acoustic Grand Piano, C4 to A4'])
    const drums = [0, 0x99, 36, 64, 96, 0x89, 36, 0]
    const [several] = await inspectFile(await put('two.mid', fileOf([...QUARTER, ...drums])))
    expect(detailLines(several!, true)).toEqual([
      '  track 0: 1 note, Acoustic Grand Piano, C4 to C4',
      '  track 1: 1 note, drums',
    ])
  })

  it('stops when asked to', async () => {
    const file = await put('a.mid', fileOf(QUARTER))
    const job = inspectFiles({ paths: [file], onLine: () => undefined }, effects(AbortSignal.abort()))
    await expect(job).rejects.toThrow(InterruptedError)
  })
})
