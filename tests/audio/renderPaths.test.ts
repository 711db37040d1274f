import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { renderText } from '../../src/audio/renderText.ts'
import { render } from '../../src/audio/renderPaths.ts'
import { melodyFromEvents } from '../../src/melody/melody.ts'
import { melodyToNoteSequence } from '../../src/melody/melodyToNoteSequence.ts'
import { writeMidi } from '../../src/score/writeMidi.ts'
import { quietEffects } from '../generation/fixtures.ts'

const midi = writeMidi(melodyToNoteSequence(melodyFromEvents([60, -2, 62, -2, -1])))
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cantus-render-'))
  await mkdir(join(folder, 'inner'))
  for (const name of ['a.mid', 'inner/b.mid', 'c.midi']) await writeFile(join(folder, name), midi)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const run = (paths: string[], more = {}) => render({ paths, force: false, bitrate: 32, ...more }, quietEffects())

describe('render', () => {
  it('makes sound of files and folders, each once, and says how long, large and loud it is', async () => {
    const report = await run([folder, join(folder, 'a.mid'), join(folder, 'c.midi')])
    expect(report.written.map(({ path }) => path)).toEqual(
      ['a.mp3', 'c.mp3', 'inner/b.mp3'].map((name) => join(folder, name)),
    )
    for (const { path, bytes, peak, rms } of report.written) {
      expect((await stat(path)).size).toBe(bytes)
      expect(peak).toBeLessThanOrEqual(0.85)
      expect(rms).toBeGreaterThan(0.01)
    }
    expect(report.totalBytes).toBe(report.written.reduce((sum, { bytes }) => sum + bytes, 0))
    expect(renderText(report)).toMatch(/3 written; 0\.0\d MB in total; peak −1\.5 dB to −1\.5 dB, RMS −\d+/)
  })

  it('passes over what it made before, unless forced, and takes another bitrate', async () => {
    const first = await run([folder])
    const again = await run([folder])
    expect(again).toMatchObject({ written: [], skipped: 3, totalBytes: first.totalBytes })
    expect(renderText(again)).toBe(
      `0 written; 3 already exist (--force makes them again); ${(first.totalBytes / 1e6).toFixed(2)} MB in total`,
    )
    const larger = await run([folder], { force: true, bitrate: 64 })
    expect(larger.totalBytes).toBeGreaterThan(first.totalBytes * 1.8)
  })

  it('names what is not there, what is not a MIDI file, and a folder without any', async () => {
    await writeFile(join(folder, 'notes.txt'), 'text')
    await mkdir(join(folder, 'empty'))
    await expect(run([join(folder, 'none.mid')])).rejects.toThrow(/^there is no .*none\.mid: name a MIDI file/)
    await expect(run([join(folder, 'notes.txt')])).rejects.toThrow(/notes\.txt is not named like a MIDI file \(\.mid, /)
    await expect(run([join(folder, 'empty')])).rejects.toThrow(/empty holds no MIDI file \(\.mid, /)
  })

  it('says why a file gives no sound, and makes the others', async () => {
    await writeFile(join(folder, 'broken.mid'), 'no MIDI')
    const report = await run([folder])
    expect(report.failed).toMatchObject([{ path: join(folder, 'broken.mid') }])
    expect(report.written).toHaveLength(3)
    expect(renderText(report)).toContain('1 failed')
  })
})
