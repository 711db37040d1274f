import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CorpusReport } from '../../src/results/corpusReport.ts'
import {
  claimTable,
  fewSentences,
  fidelitySentences,
  fidelityTable,
  musicSentences,
} from '../../src/charts/musicalTables.ts'
import { type MusicalReport, ourVerdict } from '../../src/results/musicalReport.ts'
import { SET_ORDER } from '../../src/charts/musical.ts'
import { transferVerdict } from '../../src/charts/conclusions.ts'
import { moreDataSentences } from '../../src/charts/evaluationTables.ts'
import { PRIMER_NAMES } from '../../src/generation/primers.ts'
import type { Interval, Summary } from '../../src/results/summary.ts'
import type { TunerReport } from '../../src/results/tunerReport.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { resultAt } from '../../src/results/resultAt.ts'
import { claimsAboutData, sentencesOf } from './dataClaims.ts'

const published = <T>(name: string): T => resultAt(join(projectRoot, 'report/results'), name) as T
const { iterations, moreData } = published<Summary>('summary')
const made = ({ steps, last }: Summary['iterations']['1']): number => last?.steps ?? steps
const sameSteps = made(iterations['1']) === made(iterations['2.1'])

/** The running text of every chapter and notebook, by file. */
async function texts(): Promise<[string, string][]> {
  const read = (file: string): Promise<string> => readFile(join(projectRoot, file), 'utf8')
  const chapters = (await readdir(join(projectRoot, 'report'))).filter((file) => file.endsWith('.mdx'))
  const notebooks = (await readdir(join(projectRoot, 'notebooks'))).filter((file) => file.endsWith('.ipynb'))
  return [
    ...(await Promise.all(
      chapters.map(async (file): Promise<[string, string]> => [file, await read(`report/${file}`)]),
    )),
    ...(await Promise.all(
      notebooks.map(async (file): Promise<[string, string]> => {
        const { cells } = JSON.parse(await read(`notebooks/${file}`)) as {
          cells: { cell_type: string; source: string[] }[]
        }
        const words = cells.filter(({ cell_type }) => cell_type === 'markdown').map(({ source }) => source.join(''))
        return [file, words.join('\n\n')]
      }),
    )),
  ]
}
const all = await texts()
const chapter = (name: string): string => all.find(([file]) => file === name)![1].replace(/\s+/g, ' ')

describe('claimsAboutData', () => {
  it('finds what credits the data, and lets questions, steps and open ends pass', () => {
    const found = [
      'More music made a better model.',
      'A larger data set makes more motifs.',
      'Nothing changes but the data: it is better.',
      'A difference from iteration 1 is a difference that data make.',
    ]
    for (const sentence of found) expect(claimsAboutData(sentence), sentence).toEqual([sentence])
    const passed = [
      'Whether more music makes a better model is open.',
      'Does more data make a better model?',
      'More music makes a better model only if both made equally many steps.',
      'The second learns from more music.',
    ]
    for (const sentence of passed) expect(claimsAboutData(sentence), sentence).toEqual([])
    expect(sentencesOf('One. <Value of="a.b" /> two\nthree? Four')).toEqual(['One.', 'two three?', 'Four'])
  })
})

describe('the sentences of the report and the notebooks', () => {
  it.each(all)('%s credits no difference to data while steps differ', (_file, text) => {
    if (!sameSteps) expect(claimsAboutData(text)).toEqual([])
  })

  it('of the numbers page credit none either', () => {
    const last = moreDataSentences({ iterations, moreData }).at(-1)!
    expect(last).toMatch(sameSteps ? /^Both made/ : /does not show whether more music makes a better model/)
  })

  it('never call test or validation melodies held-out, so that the two cannot be mixed up', async () => {
    for (const [file, text] of all) expect(text, file).not.toMatch(/held-out/i)
    for (const folder of ['src/charts', 'site/src/pages', 'site/src/components']) {
      for (const file of await readdir(join(projectRoot, folder))) {
        if (!/\.(?:ts|astro)$/.test(file)) continue
        const source = await readFile(join(projectRoot, folder, file), 'utf8')
        expect(source, `${folder}/${file}`).not.toMatch(/held-out/i)
      }
    }
  })

  it('give claims about data no verdict while steps differ', () => {
    const report = published<MusicalReport>('musical')
    for (const claim of report.claims) {
      const verdict = ourVerdict(claim, report.runs)
      if (claim.from === '1' && !sameSteps) expect(verdict, claim.id).toBe('data and steps differ')
      else expect(verdict, claim.id).not.toBe('data and steps differ')
    }
    const table = claimTable(report)
    expect(table).toHaveLength(report.claims.length)
    for (const row of table) expect(row['on ours']).toMatch(/corrected p (?:< )?[\d.]+\)$/)
  })

  it('say lower or higher than people only where the means and the ranks say so', () => {
    const report = published<MusicalReport>('musical')
    const named = musicSentences(report).find((sentence) => sentence.startsWith('Iterations 1, 2.1 and 2.2 all have'))
    if (report.besideHuman === undefined) return expect(named).toBeUndefined()
    const [, lower, higher] = /than people in: (.*); clearly higher ones in: (.*)\. “Clearly”/.exec(named!)!
    const check = (titles: string, sign: 1 | -1): void => {
      for (const title of titles.split(', ')) {
        if (title === 'none') continue
        const { id } = report.definitions.find((each) => title === each.title)!
        const { sets } = report.metrics.find((metric) => metric.id === id)!
        for (const set of ['ours 1', 'ours 2.1', 'ours 2.2'] as const) {
          expect(sign * (sets[set]!.mean - sets['human general']!.mean), `${title} of ${set}`).toBeGreaterThan(0)
          const { effect } = report.besideHuman!.find((each) => each.metric === id && each.set === set)!
          expect(sign * effect.value, `${title} of ${set}`).toBeGreaterThan(0)
          expect(effect.low > 0 || effect.high < 0, `${title} of ${set}`).toBe(true)
        }
      }
    }
    check(lower!, -1)
    check(higher!, 1)
    // A mean below people's, above a middle half of zeros: not to be called higher.
    expect(higher).not.toContain('chord changes that are V-I')
  })

  it("set the study's fidelity beside ours, with n and intervals", () => {
    const report = published<MusicalReport>('musical')
    const rows = fidelityTable(report)
    const sets = SET_ORDER.filter((set) => !set.startsWith('human'))
    expect(rows.slice(0, sets.length).map((row) => row['melodies'])).toEqual(sets)
    for (const row of rows) expect(row['find their own primer']).toMatch(/^[\d.]+% \([\d.]+% to [\d.]+%\)$/)
    expect(rows.find(({ melodies }) => melodies === 'study 1')).toMatchObject({
      found: 17,
      of: 20,
      'primers told apart': 4,
    })
    const beside = fidelitySentences(report).map((sentence) => /in the study's own files in .* of 2\d/.test(sentence))
    expect(beside).toEqual([true, true, true, false, false]) // the study has no iteration 3
  })

  it('say that five pieces could not have decided', () => {
    expect(fewSentences(published<MusicalReport>('musical'))).toEqual([
      expect.stringMatching(
        /^24 of these claims .* 5 pieces .* its smallest p with 5 pairs is 0\.0625, before any correction\.$/,
      ),
    ])
  })

  it('decoding resolves leaps without training, and motifs need it', () => {
    const { policies } = published<TunerReport>('rl-tuner')
    const of = (name: 'psi' | 'shaped') => policies[name]!.columns.empty!.statistics
    expect(of('shaped').leapsResolved!.value).toBeGreaterThanOrEqual(of('psi').leapsResolved!.value)
    expect(of('psi').inMotif!.low).toBeGreaterThan(of('shaped').inMotif!.high)
    expect(chapter('rl-tuner.mdx')).toMatch(/and a leap as well, which the very next note resolves/)
    expect(chapter('7-rl-tuner.ipynb')).toMatch(/and a leap too.*several steps to pay: motifs\./)
  })

  it('a policy gradient is ahead of Psi all the way, and as far from the prior as the rules alone', () => {
    const { policies } = published<TunerReport>('rl-tuner')
    const [gradient, psi] = [policies['policyGradient']!, policies['psi']!]
    // By seconds of a processor, as the figure has it.
    for (const { seconds, total } of psi.curve) {
      const reached = gradient.curve.findLast((row) => row.seconds <= seconds)
      expect(reached!.total).toBeGreaterThanOrEqual(total)
    }
    const from = (name: string) => policies[name]!.columns.empty!.statistics.logPrior!.value
    expect(Math.abs(from('policyGradient') - from('rlOnly'))).toBeLessThan(0.1)
    expect(from('policyGradient')).toBeLessThan(from('psi'))
    expect(chapter('rl-tuner.mdx')).toContain('as far from the prior as learning from the rules alone')
  })

  it('no copy of a test melody was learnt from; the longest stretches are half of a tune’s own turns at most', () => {
    const { parts } = published<CorpusReport>('corpus')
    for (const { leaks } of Object.values(parts)) expect(leaks.byFamily.all.copied).toBe(0)
    const { longest, tokens } = parts['2.1']!.leaks.byFamily.worst[0]!
    // Turns that two tunes of this length share with such a stretch, over those of both: below the half that makes a family.
    expect(longest / (2 * tokens - longest)).toBeLessThan(0.5)
    expect(longest / (2 * tokens - longest)).toBeCloseTo(1 / 3, 1)
    expect(chapter('evaluation.mdx')).toContain('or on a copy of one')
    expect(chapter('corpus.mdx')).toContain('shares only a third of both')
  })

  it('list the seven primers that are continued', () => {
    expect(PRIMER_NAMES).toHaveLength(7)
    const [, list] = /the same seven beginnings, the _primers_: (.*?)\./.exec(chapter('context.mdx'))!
    const named = ['single note', 'long single note', 'major', 'minor', 'broken chord', 'cello suite', 'modal phrase']
    for (const primer of named) expect(list).toContain(primer)
    expect(chapter('overview.mdx')).toContain('the same seven primers')
  })

  it('separate the early gain of the transfer from the memorising that followed', () => {
    const { forgetting, gap } = published<Summary>('summary')
    const [parent, best, last] = ['2.1', '2.2', '2.2 last'].map((name) => forgetting.models[name]!)
    expect(chapter('findings.mdx')).toContain('helped early; most of the run then memorised')
    expect(forgetting.differences.style.loss!.high).toBeLessThan(0)
    expect(forgetting.lastDifferences!.style.loss!.low).toBeGreaterThan(0)
    expect(last!.steps - best!.steps).toBeGreaterThan((last!.steps - parent!.steps) / 2)
    // "a gap opens over the steps, between melodies that it was trained on and others": it does not grow with every one.
    expect(chapter('transfer.mdx')).toContain('how such a gap opens over the steps')
    const gaps = gap.curve.map(({ train, heldOut }) => train.accuracy - heldOut.accuracy)
    expect(gaps.at(-1)! - gaps[0]!).toBeGreaterThan(0.1)
  })

  it('leave no case of the transfer out: notebook 4 says whichever happened', async () => {
    const notebook = await readFile(join(projectRoot, 'notebooks', '4-iteration-2.2.ipynb'), 'utf8')
    expect(notebook).toContain('transferVerdict(')
    const sure = (value: number): Interval => ({ value, low: value - 0.01, high: value + 0.01 })
    const cases = [-1, 1].flatMap((style) => [-1, 1].map((general) => transferVerdict(sure(style), sure(general))))
    expect(new Set(cases).size).toBe(4)
  })

  it('call some measures zero for most melodies only while some, and not most, are', () => {
    const { metrics } = published<MusicalReport>('musical')
    const zero = metrics.filter(({ sets }) => sets['human general']?.percentiles?.[2] === 0)
    expect(chapter('music.mdx')).toContain('some measures are zero for most melodies')
    expect(zero.length).toBeGreaterThan(2)
    expect(zero.length).toBeLessThan(metrics.length / 2)
  })

  it('say per step and per note, and memorise', async () => {
    for (const [file, text] of all) expect(text, file).not.toMatch(/\b(?:nats|bits) an? (?:step|note)\b|by heart/i)
    for (const folder of ['src/charts', 'site/src/pages', 'site/src/components']) {
      for (const file of await readdir(join(projectRoot, folder))) {
        if (!/\.(?:ts|astro)$/.test(file)) continue
        const source = await readFile(join(projectRoot, folder, file), 'utf8')
        expect(source, `${folder}/${file}`).not.toMatch(/\b(?:nats|bits) an? (?:step|note)\b|by heart/i)
      }
    }
  })
})
