import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ignoredLines } from '../../src/study/text/corpusStatsText.ts'
import { corpusStats } from '../../src/study/corpusStats.ts'
import { corpusJob } from '../../src/study/corpusJob.ts'
import { buildCorpus } from '../../src/dataset/buildDataset.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { silentReporter } from '../../src/support/progress.ts'

const effects = { reporter: silentReporter, signal: new AbortController().signal, now: () => 0 }
const tune = (reference: number, bars: number): string => {
  return `X:${reference}\nT:Tune ${reference}\nM:4/4\nL:1/8\nK:Ddor\n${'DEFG ABcd|'.repeat(bars)}\n\n`
}

const ignoring = join(projectRoot, 'tests', 'fixtures', 'midi', 'tempo-on-track-1.mid')
let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cantus-cli-corpus-'))
  await mkdir(join(root, 'music'))
  await writeFile(join(root, 'music', 'book.abc'), tune(1, 8) + tune(2, 3))
  await writeFile(join(root, 'music', 'broken.mid'), 'no MIDI')
})
afterAll(() => rm(root, { recursive: true, force: true }))

describe('corpus stats', () => {
  const strict = {
    ...{ files: 3, readable: 2, withMelodies: 1, melodies: { total: 1 }, kept: 1 },
    dropped: { 'too-short': 1, 'unreadable: MidiConversionError': 1 },
  }

  it('counts from files to melodies, and by the loose policy beside it once that was built', async () => {
    const options = { corpus: [join(root, 'music')], style: [], folders: { data: join(root, 'data') } }
    const before = await corpusStats(options, effects)
    expect(before.strict).toMatchObject(strict)
    expect(before.loose).toBeNull()
    await buildCorpus(corpusJob({ ...options, policy: 'loose' }), effects)
    const after = await corpusStats(options, effects)
    expect(after.strict).toEqual(before.strict)
    expect(after.loose).toMatchObject({ files: 3, withMelodies: 1 })
    expect(before.strict).not.toHaveProperty('filesWithIgnored')
  })

  it('says how many files have a tempo that is ignored, beside the rows and in none of them', async () => {
    await mkdir(join(root, 'ignored'))
    await cp(ignoring, join(root, 'ignored', 'a.mid'))
    const options = { corpus: [join(root, 'ignored')], style: [], folders: { data: join(root, 'data') } }
    const { strict: counted } = await corpusStats(options, effects)
    expect(counted).toMatchObject({ files: 1, withMelodies: 1, dropped: {}, filesWithIgnored: 1 })
    expect(ignoredLines(counted)[0]).toMatch(
      /^1 file says a tempo or metre on a track other than the first, which is ignored/,
    )
    expect(ignoredLines({})).toEqual([])
  })
})
