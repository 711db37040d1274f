import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { melodiesOfStudy } from '../../src/study/summarize.ts'
import { quietEffects, temporaryFolder } from '../generation/fixtures.ts'

describe("the original study's melodies", () => {
  it('lie where they are named, else beside the corpora; where they are not, one line says so', async () => {
    const folder = await temporaryFolder()
    vi.stubEnv('CANTUS_SHARED', join(folder, 'corpora'))
    const lines: string[] = []
    const quiet = quietEffects()
    const effects = { ...quiet, reporter: { ...quiet.reporter, line: (text: string) => void lines.push(text) } }
    const usual = join(folder, 'study', 'melodies')
    expect(await melodiesOfStudy(undefined, effects)).toBeNull()
    expect(lines).toEqual([
      `${usual} is not here: the original study's melodies are left out (--study-melodies DIR names them)`,
    ])
    await mkdir(usual, { recursive: true })
    expect(await melodiesOfStudy(undefined, effects)).toBe(usual)
    expect(await melodiesOfStudy(folder, effects)).toBe(folder)
    expect(lines).toHaveLength(1)
  })

  it('are refused by name where the named folder is not there', async () => {
    const nowhere = join(await temporaryFolder(), 'nowhere')
    await expect(melodiesOfStudy(nowhere, quietEffects())).rejects.toThrow(
      `no folder ${nowhere}: --study-melodies takes the original study's melodies`,
    )
  })
})
