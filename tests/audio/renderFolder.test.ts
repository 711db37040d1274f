import { mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { renderFolder } from '../../src/audio/renderFolder.ts'
import { melodyFromEvents } from '../../src/melody/melody.ts'
import { melodyToNoteSequence } from '../../src/melody/melodyToNoteSequence.ts'
import { writeMidi } from '../../src/score/writeMidi.ts'
import type { Effects } from '../../src/support/effects.ts'
import { silentReporter } from '../../src/support/progress.ts'

const midi = writeMidi(melodyToNoteSequence(melodyFromEvents([60, -2, 62, -2, -1])))
let folder: string
let lines: string[]
let effects: Effects

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cantus-audio-'))
  await mkdir(join(folder, 'iteration_1'))
  await writeFile(join(folder, 'iteration_1', 'a.mid'), midi)
  await writeFile(join(folder, 'b.mid'), midi)
  lines = []
  const reporter = { ...silentReporter, line: (text: string) => void lines.push(text) }
  effects = { reporter, signal: new AbortController().signal, now: () => 0 }
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('renderFolder', () => {
  it('writes an MP3 beside each MIDI file, and passes over those that have one', async () => {
    const first = await renderFolder({ folder }, effects)
    expect(first.written).toEqual([join(folder, 'b.mp3'), join(folder, 'iteration_1', 'a.mp3')])
    expect((await readFile(join(folder, 'b.mp3'))).length).toBeGreaterThan(4000)
    const second = await renderFolder({ folder }, effects)
    expect(second).toEqual({ written: [], skipped: 2, failed: [] })
  })

  it('renders again what is older than its MIDI file, or all when forced', async () => {
    await renderFolder({ folder }, effects)
    const later = (await stat(join(folder, 'b.mp3'))).mtimeMs / 1000 + 10
    await utimes(join(folder, 'b.mid'), later, later)
    expect((await renderFolder({ folder }, effects)).written).toEqual([join(folder, 'b.mp3')])
    expect((await renderFolder({ folder, force: true }, effects)).written.length).toBe(2)
  })

  it('finds MIDI files by every ending, in any case, and names those that would write one sound', async () => {
    for (const name of ['c.MID', 'd.midi', 'd.kar', 'b.Mid', '.hidden.mid']) await writeFile(join(folder, name), midi)
    const { written, failed } = await renderFolder({ folder }, effects)
    const sounds = ['b.mp3', 'c.mp3', 'd.kar.mp3', 'd.mp3', 'iteration_1/a.mp3']
    expect(written).toEqual(sounds.map((name) => join(folder, name)))
    expect(failed).toEqual([
      {
        path: join(folder, 'b.mid'),
        reason: `${join(folder, 'b.mp3')} is the sound of ${join(folder, 'b.Mid')}: rename one of them`,
      },
    ])
  })

  it('names a file it cannot read and continues', async () => {
    await writeFile(join(folder, 'broken.mid'), 'no MIDI')
    const { written, failed } = await renderFolder({ folder }, effects)
    expect(written.length).toBe(2)
    expect(failed.map(({ path }) => path)).toEqual([join(folder, 'broken.mid')])
    expect(lines[0]).toContain('broken.mid')
  })

  it('finds nothing in a folder that is not there', async () => {
    const result = await renderFolder({ folder: join(folder, 'none') }, effects)
    expect(result).toEqual({ written: [], skipped: 0, failed: [] })
  })

  it('stops when asked, leaving whole files only', async () => {
    const controller = new AbortController()
    controller.abort()
    await expect(renderFolder({ folder }, { ...effects, signal: controller.signal })).rejects.toMatchObject({
      name: 'InterruptedError',
    })
    await expect(stat(join(folder, 'b.mp3'))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
