import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { palestrinaSource } from '../../../src/corpus/palestrinaSource.ts'
import { scoreToMelodies, DEFAULT_EXTRACTION } from '../../../src/dataset/scoreToMelodies.ts'
import { countPassages } from '../../../src/dataset/twoVoices.ts'
import { readMidi } from '../../../src/score/readMidi.ts'
import { openVoices } from '../../../src/study/voices/openVoices.ts'
import { palestrinaMidi } from '../../../src/study/voices/palestrinaMidi.ts'
import { passageMidi } from '../../../src/study/voices/passageMidi.ts'
import { quietEffects } from '../../../src/support/quietEffects.ts'

let data: string
beforeAll(async () => (data = await mkdtemp(join(tmpdir(), 'cantus-voices-'))))
afterAll(() => rm(data, { recursive: true }))

describe('openVoices', () => {
  it('takes the passages of the starter set at smoke scale, a half of them to train on', async () => {
    const { passages, general } = await openVoices({ scale: 'smoke', folders: { data } }, quietEffects())
    expect(countPassages(passages)).toMatchObject({
      passages: { train: 20, validation: 10, test: 10 },
      ...{ files: 40, families: 40 },
    })
    expect(general).toBeNull()
  })

  it('refuses a corpus without two voices in one line', async () => {
    const folder = join(data, 'alone')
    await mkdir(folder)
    await writeFile(join(folder, 'a.abc'), `X:1\nT:a\nM:4/4\nL:1/4\nK:C\n${'CDEF|GABc|'.repeat(8)}`)
    await expect(openVoices({ scale: 'quick', corpus: [folder], folders: { data } }, quietEffects())).rejects.toThrow(
      /no passage of two voices on the train side: give scores with two or more monophonic tracks/,
    )
  })
})

describe('palestrinaMidi', () => {
  it('converts the fetched movements once, a track per voice', async () => {
    const folder = join(data, 'raw', palestrinaSource.name)
    await mkdir(join(folder, 'palestrina'), { recursive: true })
    await writeFile(join(folder, 'palestrina', 'Kyrie_1.krn'), '**kern\t**kern\n*M4/2\t*M4/2\n1c\t2g\n.\t2a\n*-\t*-\n')
    await writeFile(join(folder, 'stamp.json'), JSON.stringify({ sha256: palestrinaSource.sha256, files: 1 }))
    const lines: string[] = []
    const effects = quietEffects()
    const loud = { ...effects, reporter: { ...effects.reporter, line: (text: string) => void lines.push(text) } }
    const target = await palestrinaMidi({ data }, loud)
    expect((await readdir(target)).sort()).toEqual(['Kyrie_1.mid', 'stamp.txt'])
    expect(await palestrinaMidi({ data }, loud)).toBe(target)
    expect(lines).toHaveLength(1)
  })
})

describe('passageMidi', () => {
  it('gives both voices back, the upper one first', async () => {
    const { passages } = await openVoices({ scale: 'smoke', folders: { data } }, quietEffects())
    const passage = passages[0]!
    const score = readMidi(passageMidi(passage))
    const config = { ...DEFAULT_EXTRACTION, minBars: 1, minPitches: 1, gapBars: 8 }
    const [part] = scoreToMelodies(score, config)
    expect(part!.stepsPerBar).toBe(passage.stepsPerBar)
    const first = part!.melodies.find(({ instrument }) => instrument === 0)!
    expect(first.events.filter((event) => event >= 0)).toEqual(passage.upper.filter((event) => event >= 0))
  })
})
