import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { melodyMidi } from '../../src/generation/compose.js'
import { primers } from '../../src/generation/primers.js'
import { readPrimer } from '../../src/generation/readPrimer.js'
import { silentReporter } from '../../src/support/progress.js'
import { temporaryFolder } from './fixtures.js'

const events = async (text: string): Promise<readonly number[]> =>
  (await readPrimer(text, true, silentReporter)).primer.events

describe('readPrimer', () => {
  it('knows the names of the study', async () => {
    expect(await readPrimer('minor', true, silentReporter)).toEqual({
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
    await expect(readPrimer(text, true, silentReporter)).rejects.toThrow(message)
  })

  it('reads the melody of a MIDI file and its tempo', async () => {
    const path = join(await temporaryFolder(), 'My tune (1).mid')
    await writeFile(path, melodyMidi([60, -2, 64, -1, 67, -2], 120))
    const { name, primer } = await readPrimer(path, true, silentReporter)
    expect(name).toBe('My-tune-1-')
    expect(primer).toEqual({
      events: [60, -2, 64, -1, 67, -2],
      conditionedOn: [60, -2, 64, -1, 67, -2, -1, -2],
      qpm: 120,
    })
  })

  it('reads the first tune of an ABC file and says that there are more', async () => {
    const path = join(await temporaryFolder(), 'book.abc')
    await writeFile(path, 'X:1\nT:One\nM:4/4\nL:1/4\nK:C\nCDEF|\n\nX:2\nT:Two\nM:4/4\nL:1/4\nK:C\nGGGG|\n')
    const lines: string[] = []
    const reporter = { ...silentReporter, line: (text: string) => void lines.push(text) }
    const { primer } = await readPrimer(path, false, reporter)
    expect(primer.events.filter((event) => event >= 0)).toEqual([60, 62, 64, 65])
    expect(primer.events).toHaveLength(16)
    expect(lines).toEqual([expect.stringContaining('holds 2 tunes: the primer is the first, "One"')])
  })

  it('refuses what is no file, before it is read', async () => {
    await expect(readPrimer(await temporaryFolder(), true, silentReporter)).rejects.toThrow('it is no file')
    await expect(readPrimer('/dev/zero', true, silentReporter)).rejects.toThrow('it is no file')
  })

  it('names a file that is no music, and why', async () => {
    const path = join(await temporaryFolder(), 'broken.mid')
    await writeFile(path, 'no music')
    await expect(readPrimer(path, true, silentReporter)).rejects.toThrow(`invalid primer ${path}: `)
  })
})
