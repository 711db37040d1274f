import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { labEnvironment } from '../../src/notebook/openLab.ts'
import { fromAnywhere, notebookResults, resultsThere, resultsToMake } from '../../src/study/studyResults.ts'
import type { StudyIterationName, Scale } from '../../src/config/experimentConfig.ts'
import { iterationFile } from '../../src/results/iterationResult.ts'
import { experiment } from '../../src/config/scales.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { silentReporter } from '../../src/support/progress.ts'

const effects = { reporter: silentReporter, signal: new AbortController().signal, now: () => 0 }
const none = { corpus: [], style: [] }
const kept = { data: process.env['CANTUS_DATA'], out: process.env['CANTUS_OUT'] }

let folder = ''
let data = ''
/** A folder of one tune, whose name a shell must quote. */
let mine = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cantus-results-'))
  data = join(folder, 'data')
  mine = join(folder, "my brother's tunes")
  await mkdir(mine)
  await writeFile(join(mine, 'one.abc'), `X:1\nT:One\nM:4/4\nL:1/4\nK:C\n${'CDEF|GFED|'.repeat(4)}\n`)
  process.env['CANTUS_DATA'] = data
  delete process.env['CANTUS_OUT']
})
afterEach(async () => {
  for (const [name, value] of [
    ['CANTUS_DATA', kept.data],
    ['CANTUS_OUT', kept.out],
  ] as const)
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  await rm(folder, { recursive: true, force: true })
})

function publish(root: string, iteration: StudyIterationName, scale: Scale): Promise<void> {
  const published = iterationFile(iteration).read(projectRoot)!
  return iterationFile(iteration).write(root, { ...published, config: experiment(iteration, scale) })
}

describe('where results go', () => {
  it('is the place of the scale for the embedded tunes, and the report for the shared corpora at full scale', async () => {
    const root = async (scale: Scale, corpus: string[] = []) =>
      (await resultsToMake({ scale, corpus, style: [] }, effects)).folders.root
    expect(await root('quick')).toBe(join(data, 'quick'))
    expect(await root('full')).toBe(projectRoot)
    expect(await root('full', ['shared'])).toBe(projectRoot)
  })

  it('is a folder of its own for other music, whose name has the scale and the hash of the data set', async () => {
    const made = await resultsToMake({ scale: 'quick', corpus: [mine], style: [] }, effects)
    expect(relative(data, made.folders.root)).toMatch(/^quick-[0-9a-f]{8}$/)
    const byOtherName = { scale: 'quick', corpus: [relative(process.cwd(), mine)], style: [] } as const
    expect((await resultsToMake(byOtherName, effects)).folders).toEqual(made.folders)
    const withStyle = await resultsToMake({ scale: 'quick', corpus: [mine], style: [mine] }, effects)
    expect(withStyle.folders.root).not.toBe(made.folders.root)
    await writeFile(join(mine, 'two.abc'), 'X:1\nT:Two\nM:4/4\nL:1/4\nK:C\nGGGG|\n')
    const changed = await resultsToMake({ scale: 'quick', corpus: [mine], style: [] }, effects)
    expect(changed.folders.root).not.toBe(made.folders.root)
  })

  it('is where CANTUS_OUT says, whatever the music', async () => {
    process.env['CANTUS_OUT'] = join(folder, 'out')
    for (const ask of [resultsToMake, resultsThere])
      expect((await ask({ scale: 'quick', corpus: [mine], style: [] }, effects)).folders.root).toBe(join(folder, 'out'))
  })
})

describe('results that are there', () => {
  it('are those of the scale where nothing else is said', async () => {
    expect((await resultsThere(none, effects)).folders.root).toBe(projectRoot)
    expect((await resultsThere({ scale: 'smoke', ...none }, effects)).folders.root).toBe(join(data, 'smoke'))
  })

  it('are found by the music, the largest scale first, and by their folder, which says the music', async () => {
    const of = { corpus: [mine], style: [] }
    const { root: smoke } = (await resultsToMake({ scale: 'smoke', ...of }, effects)).folders
    await publish(smoke, '1', 'smoke')
    expect(await resultsThere(of, effects)).toMatchObject({ scale: 'smoke', folders: { root: smoke } })
    const { root: quick } = (await resultsToMake({ scale: 'quick', ...of }, effects)).folders
    await publish(quick, '2.2', 'quick')
    expect(await resultsThere(of, effects)).toMatchObject({ scale: 'quick', folders: { root: quick } })
    expect((await resultsThere({ scale: 'smoke', ...of }, effects)).folders.root).toBe(smoke)
    for (const results of [smoke, relative(process.cwd(), smoke), join(smoke, 'report/results')])
      expect(await resultsThere({ results, ...none }, effects)).toMatchObject({
        ...{ scale: 'smoke', corpus: [mine], style: [], folders: { root: smoke, data } },
      })
  })

  it('are found by the music even if its data set must be rebuilt', async () => {
    const of = { corpus: [mine], style: [] }
    const { root } = (await resultsToMake({ scale: 'smoke', ...of }, effects)).folders
    await publish(root, '1', 'smoke')
    await rm(join(data, 'built'), { recursive: true })
    expect((await resultsThere(of, effects)).folders.root).toBe(root)
  })

  it('are refused in one line with the folder and the command that makes them, if there are none', async () => {
    const of = { corpus: [mine], style: [] }
    const quotedMine = `'${mine.replace("'", "'\\''")}'`
    await expect(resultsThere(of, effects)).rejects.toThrow(
      `no results of ${mine}: npx cantus reproduce --corpus ${quotedMine} makes them`,
    )
    const { root } = (await resultsToMake({ scale: 'smoke', ...of }, effects)).folders
    await expect(resultsThere({ scale: 'smoke', ...of }, effects)).rejects.toThrow(
      `no results of ${mine} in ${root}: npx cantus reproduce --scale smoke --corpus ${quotedMine} makes them`,
    )
    const empty = resultsThere({ results: root, ...none }, effects)
    await expect(empty).rejects.toThrow(
      `no results in ${root}: npx cantus reproduce --scale smoke --corpus ${quotedMine} makes them`,
    )
    await publish(root, '1', 'smoke')
    const unknown = resultsThere({ results: join(folder, 'nowhere'), ...none }, effects)
    await expect(unknown).rejects.toThrow(
      `no results in ${join(folder, 'nowhere')}: npx cantus reproduce makes them (there are: ${root})`,
    )
    await expect(resultsThere({ results: root, scale: 'quick', ...none }, effects)).rejects.toThrow(
      `${root} holds results of the scale smoke, not quick: leave out --scale`,
    )
  })
})

describe('notebooks', () => {
  it('train at a scale, in the folder of their music, and else read results', async () => {
    const of = { corpus: [mine], style: [] }
    const training = await notebookResults({ scale: 'smoke', ...of }, effects)
    expect(training).toMatchObject({ train: true, corpus: [mine] })
    expect(labEnvironment(training)).toMatchObject({ CANTUS_TRAIN: '1', CANTUS_OUT: training.folders.root })
    await publish(training.folders.root, '1', 'smoke')
    const reading = await notebookResults(of, effects)
    expect(reading).toMatchObject({ train: false, scale: 'smoke', folders: training.folders })
    expect(labEnvironment(await notebookResults(none, effects))).toMatchObject({
      CANTUS_SCALE: 'full',
      CANTUS_TRAIN: '',
    })
    expect(labEnvironment(await notebookResults(none, effects))).not.toHaveProperty('CANTUS_OUT')
  })

  it('know names of corpora from folders', () => {
    expect(fromAnywhere('shared')).toBe('shared')
    expect(fromAnywhere('./shared')).toBe(join(process.cwd(), 'shared'))
  })
})
