import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildDataset } from '../../src/dataset/buildDataset.ts'
import type { Dataset } from '../../src/dataset/dataset.ts'
import { inspectFile } from '../../src/dataset/inspectFiles.ts'
import { DEFAULT_EXTRACTION } from '../../src/dataset/scoreToMelodies.ts'
import { readPrimer } from '../../src/generation/readPrimer.ts'
import { decodeNoteSequence } from '../../src/score/noteSequences/sequenceMessage.ts'
import { recordsIn } from '../../src/score/noteSequences/tfRecords.ts'
import { exportCorpus, type ExportCorpusOptions } from '../../src/study/exportCorpus.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { silentReporter } from '../../src/support/progress.ts'
import { quietEffects } from '../../src/support/quietEffects.ts'

const effects = quietEffects()
const MIDI = ['ts_3_4.mid', 'ts_6_8.mid', 'many_tracks_sparse_instruments.mid', 'type1_basic.mid']
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cantus-export-'))
  await mkdir(join(folder, 'music'))
  for (const name of MIDI)
    await copyFile(join(projectRoot, 'tests/goldens/data/midi/synth', name), join(folder, 'music', name))
  await writeFile(join(folder, 'music/bad.mid'), 'not MIDI')
})
afterAll(() => rm(folder, { recursive: true }))

const at = (name: string): string => join(folder, name)
const write = (options: Partial<ExportCorpusOptions> & { out: string }) =>
  exportCorpus(
    {
      format: 'tfrecord',
      melodies: false,
      corpus: [at('music')],
      style: [],
      folders: { data: at('data') },
      ...options,
    },
    effects,
  )
const build = (corpus: string): Promise<Dataset> =>
  buildDataset(
    { corpus: [corpus], style: [] },
    DEFAULT_EXTRACTION,
    { validation: 0.1, test: 0.1 },
    { data: at('data') },
    effects,
  )
const melodiesOf = ({ melodies }: Dataset) => melodies.map(({ events }) => events.join(' ')).sort()

describe('exportCorpus', () => {
  it('writes scores as records whose melodies are those of the corpus', async () => {
    expect(await write({ out: at('scores.tfrecord') })).toEqual({
      out: at('scores.tfrecord'),
      written: 4,
      unreadable: 1,
    })
    const [whole, read] = [await build(at('music')), await build(at('scores.tfrecord'))]
    expect(read.files.map(({ path }) => path)).toEqual([1, 2, 3, 4].map((n) => `scores/scores.tfrecord#${n}`))
    expect(melodiesOf(read)).toEqual(melodiesOf(whole))
    expect(melodiesOf(read).length).toBeGreaterThan(2)
  })

  it('names a damaged record and reads the others', async () => {
    const bytes = await readFile(at('scores.tfrecord'))
    const [, second] = recordsIn((offset, length) => bytes.subarray(offset, offset + length), bytes.length)
    bytes[second!.offset] = 255
    await writeFile(at('damaged.tfrecord'), bytes.subarray(0, -3))
    const { files } = await build(at('damaged.tfrecord'))
    expect(files.map(({ dropped }) => dropped.find(({ reason }) => reason.startsWith('unreadable'))?.reason)).toEqual([
      undefined,
      'unreadable: NoteSequenceError: it has another checksum: it is damaged',
      undefined,
      expect.stringMatching(/^unreadable: NoteSequenceError: the file breaks off in this record/),
    ])
    const lines = await inspectFile(at('damaged.tfrecord'))
    expect(lines.map(({ ok, file }) => [ok, file.split('#')[1]])).toEqual([
      [true, '1'],
      [false, '2'],
      [true, '3'],
      [false, '4'],
    ])
  })

  it('gives a primer from a record', async () => {
    const said: string[] = []
    const reporter = { ...silentReporter, line: (line: string) => void said.push(line) }
    const { name } = await readPrimer(`${at('scores.tfrecord')}#3`, { appendix: false }, reporter)
    expect(name).toBe('scores-record3')
    expect(said[0]).toMatch(/scores\.tfrecord#3: the primer is bars 1-4 of melody 1/)
    await expect(readPrimer(`${at('scores.tfrecord')}#9`, { appendix: false }, reporter)).rejects.toThrow(
      'it has no record #9; it has 4 records: #1, #2, #3, #4',
    )
  })

  it('writes melodies as records, MusicXML or ABC, which are read as the same melodies', async () => {
    const whole = await build(at('music'))
    await write({ out: at('melodies.tfrecord'), melodies: true })
    const bytes = await readFile(at('melodies.tfrecord'))
    const records = [...recordsIn((offset, length) => bytes.subarray(offset, offset + length), bytes.length)]
    expect(records.map((record) => decodeNoteSequence(record.bytes).id)).toEqual(
      whole.melodies.map(() => expect.stringMatching(/^\/id\/melody\/music\/[0-9a-f]{40}$/)),
    )
    for (const format of ['musicxml', 'abc'] as const) {
      await write({ out: at(format), format, melodies: true })
      expect(await readdir(at(format))).toHaveLength(whole.melodies.length)
      expect(melodiesOf(await build(at(format)))).toEqual(melodiesOf(whole))
    }
  })

  it('refuses whole scores in a format of melodies', async () => {
    await expect(write({ out: at('x'), format: 'abc' })).rejects.toThrow('--format abc writes melodies: add --melodies')
  })
})
