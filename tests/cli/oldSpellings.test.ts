import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import { writeMidi } from '../../src/score/writeMidi.ts'
import { melodyFromEvents } from '../../src/melody/melody.ts'
import { melodyToNoteSequence } from '../../src/melody/melodyToNoteSequence.ts'

let folder = ''
let out = ''
let said = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cantus-spellings-'))
  const tune = Array.from({ length: 32 }, (_, beat) => [[60, 62, 64, 65, 67][beat % 5]!, -2, -2, -2]).flat()
  await writeFile(join(folder, 'tune.mid'), writeMidi(melodyToNoteSequence(melodyFromEvents(tune))))
  await writeFile(join(folder, 'broken.mid'), 'no MIDI')
})
afterAll(() => rm(folder, { recursive: true }))
beforeEach(() => {
  out = said = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true))
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((said += String(text)), true))
})
afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = 0
})

const cantus = (...words: string[]): Promise<unknown> => createProgram().parseAsync(['node', 'cantus', ...words])

describe('an earlier spelling', () => {
  it('corpus explain is melodies', async () => {
    await cantus('corpus', 'explain', join(folder, 'tune.mid'))
    expect(said).toMatch(/^cantus corpus explain is now: cantus melodies FILE \(/)
    expect(out).toContain('1 melody in 1 score')
    expect(process.exitCode ?? 0).toBe(0)
    await cantus('corpus', 'explain', '--policy', 'loose', join(folder, 'broken.mid'))
    expect(said).toContain('cantus melodies FILE --ignore-polyphonic (')
    expect(process.exitCode).toBe(1)
  })

  it('evaluate --musical is profile', async () => {
    await cantus('evaluate', '--musical', join(folder, 'tune.mid'))
    const before = out
    expect(said).toMatch(/^cantus evaluate --musical is now: cantus profile PATHS \(/)
    ;[out, said] = ['', '']
    await cantus('profile', join(folder, 'tune.mid'))
    expect([out, said]).toEqual([before, ''])
  })

  it.each([
    ['evaluate --study-logs', 'study logs DIR', ['evaluate', '--study-logs', 'nowhere'], /no log nowhere/],
    ['evaluate', 'study summarize', ['evaluate', '--results', 'nowhere'], /no results in nowhere/],
  ])('%s is %s', async (before, now, words, refusal) => {
    await expect(cantus(...words)).rejects.toThrow(refusal)
    expect(said).toContain(`cantus ${before} is now: cantus ${now} (`)
  })
})
