import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { explainFile } from '../../src/cli/corpus.ts'
import { corpusStats, ignoredLines } from '../../src/cli/corpusBuild.ts'
import { corpusJob } from '../../src/study/corpusJob.ts'
import { buildCorpus } from '../../src/dataset/buildDataset.ts'
import { UserError } from '../../src/support/errors.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { silentReporter } from '../../src/support/progress.ts'

const effects = { reporter: silentReporter, signal: new AbortController().signal, now: () => 0 }
const tune = (reference: number, bars: number): string => {
  return `X:${reference}\nT:Tune ${reference}\nM:4/4\nL:1/8\nK:Ddor\n${'DEFG ABcd|'.repeat(bars)}\n\n`
}

const ignoring = join(projectRoot, 'tests', 'fixtures', 'midi', 'tempo-on-track-1.mid')
let root = ''
let book = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cantus-cli-corpus-'))
  await mkdir(join(root, 'music'))
  book = join(root, 'music', 'book.abc')
  await writeFile(book, tune(1, 8) + tune(2, 3))
  await writeFile(join(root, 'music', 'broken.mid'), 'no MIDI')
  await writeFile(join(root, 'notes.txt'), '')
})
afterAll(() => rm(root, { recursive: true, force: true }))

describe('corpus explain', () => {
  it('tells of each tune of a book what it gave and why not', async () => {
    const [first, second] = await explainFile({ file: book }, effects)
    expect(first).toMatchObject({ path: `${book}#1`, title: 'Tune 1', mode: 'dorian', unreadable: null })
    expect(first!.parts.map(({ melodies, dropped }) => [melodies.length, dropped])).toEqual([[1, []]])
    expect(second!.parts[0]!.dropped).toEqual([{ instrument: 0, reason: 'too-short' }])
  })

  it('keeps the top line of a polyphonic track where the policy is loose', async () => {
    const chords = join(root, 'chords.abc')
    await writeFile(chords, tune(1, 8).replaceAll('DEFG', '[DA]EFG'))
    const of = async (policy: 'strict' | 'loose') =>
      (await explainFile({ file: chords, policy }, effects))[0]!.parts[0]!
    expect(await of('strict')).toMatchObject({ melodies: [], dropped: [{ instrument: 0, reason: 'polyphonic' }] })
    expect(await of('loose')).toMatchObject({ melodies: [{ instrument: 0 }], dropped: [] })
  })

  it('takes one tune by its X: number', async () => {
    expect((await explainFile({ file: `${book}#2` }, effects)).map(({ path }) => path)).toEqual([`${book}#2`])
    await expect(explainFile({ file: `${book}#7` }, effects)).rejects.toThrow(/no tune .*#7 .*: it has .*#1, .*#2/)
  })

  it('gives the reason of an unreadable file', async () => {
    const [broken] = await explainFile({ file: join(root, 'music', 'broken.mid') }, effects)
    expect(broken).toMatchObject({ parts: [], unreadable: expect.stringMatching(/^MidiConversionError: /) as string })
  })

  it.each([
    ['nowhere.mid', /cannot read .*nowhere\.mid \(SystemError: ENOENT\): check the path/],
    ['notes.txt', /notes\.txt is no \.mid/],
  ])('names what is wrong with %s', async (name, message) => {
    const failure = explainFile({ file: join(root, name) }, effects)
    await expect(failure).rejects.toThrow(UserError)
    await expect(failure).rejects.toThrow(message)
  })

  it('says of a text without X: how a tune begins', async () => {
    const file = join(root, 'untitled.abc')
    await writeFile(file, 'T:No reference\nK:C\nCDEF|\n')
    await expect(explainFile({ file }, effects)).rejects.toThrow(/has no tune: each begins with a line X:/)
  })
})

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
      /^1 file says a tempo or metre on a track other than the first: it is ignored/,
    )
    expect(ignoredLines({})).toEqual([])
    const [explained] = await explainFile({ file: ignoring }, effects)
    expect(explained).toMatchObject({ ignored: { tempos: 1, timeSignatures: 0 } })
  })
})
