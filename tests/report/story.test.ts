import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { STORY } from '../../site/src/lib/pages.ts'
import { PICTURES } from '../../site/src/lib/pictures.ts'
import { FIGURES } from '../../site/src/lib/figures.ts'
import { references } from '../../site/src/lib/references.ts'
import { claimTable } from '../../src/charts/musicalTables.ts'
import { judgeClaims } from '../../src/evaluation/claims.ts'
import { type MusicalReport, ourVerdict, type SetName, stepsDiffer } from '../../src/results/musicalReport.ts'
import { resultAt } from '../../src/results/resultAt.ts'
import type { LossParts, Summary } from '../../src/results/summary.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { itemAt } from '../../src/support/itemAt.ts'

const report = join(projectRoot, 'report')
const read = (name: string): Promise<string> => readFile(join(report, `${name}.mdx`), 'utf8')
/** A chapter without its front matter. */
const bodyOf = async (name: string): Promise<string> => (await read(name)).replace(/^---[\s\S]*?---\n/, '')
const published = <T>(name: string): T => resultAt(join(report, 'results'), name) as T
const { lossParts, iterations, forgetting } = published<Summary>('summary')
const { metrics } = published<MusicalReport>('musical')
const mean = (id: string, set: SetName): number => metrics.find((each) => each.id === id)?.sets[set]?.mean ?? NaN

/** Chapters that tell results: what they say of sound stands with a sound. */
const RESULTS = ['findings', 'why', 'gain', 'glance', 'evaluation']
const OF_SOUND = /\b(?:hear|sounds|returns|motifs?|leaps?)\b/i

describe('the story', () => {
  it.each(RESULTS)('%s says of sound only where there is a sound and what to listen for', async (name) => {
    const text = (await bodyOf(name))
      .replace(/<Heard\b[\s\S]*?<\/Heard>/g, '')
      .replace(/<[^>]*>/g, ' ')
      .replace(/\]\([^)]*\)/g, ']')
    const found = text.split(/(?<=[.?!:])\s+/).filter((sentence) => OF_SOUND.test(sentence))
    expect(found).toEqual([])
  })

  it('names what to listen for wherever there is a sound', async () => {
    const files = (await readdir(report)).filter((file) => file.endsWith('.mdx'))
    const texts = await Promise.all(files.map((file) => readFile(join(report, file), 'utf8')))
    const heard = texts.flatMap((text) => [...text.matchAll(/<Heard\b([^>]*)>([\s\S]*?)<\/Heard>/g)])
    expect(heard.length).toBeGreaterThanOrEqual(4)
    for (const [, attributes = '', claim = ''] of heard) {
      expect(attributes).toMatch(/sounds="[^"]+"/)
      expect(attributes).toMatch(/listen="[^"]{20,}"/)
      expect(claim.trim().length).toBeGreaterThan(20)
    }
  })

  it('answers the question of the front page in at most 45 words', async () => {
    const words = (await bodyOf('answer'))
      .replace(/<Value[^>]*\/>/g, 'number')
      .trim()
      .split(/\s+/)
    expect(words.length).toBeLessThanOrEqual(45)
  })

  it('tells it in the order of the story, each chapter with an answer before its first heading', async () => {
    const names = STORY.map((path) => (path === 'found/' ? 'findings' : path.replace('/', '')))
    for (const name of names) {
      const first = (await bodyOf(name)).trim().split('\n\n')[0] ?? ''
      expect(first, name).not.toMatch(/^(?:#|<|- )/)
      expect(first.length, name).toBeGreaterThan(80)
    }
  })

  // What a reader who sees no more than the first paragraphs should be able to say.
  it.each([
    ['What was asked?', 'study', [/whether more music, and then the style, make better melodies/]],
    ['What was found?', 'answer', [/^In part\./, /keep the key but forget the tune/, /looks back\s+brings back/]],
    [
      'What was found?',
      'findings',
      [/keep a key and lose the tune/, /was memory/, /predicts far better from the same music/],
    ],
    ['Why?', 'why', [/^Because of what they are shown/, /pitches/, /grid of sixteenths/, /nothing to look back with/]],
    [
      'What was changed?',
      'iteration-3.1',
      [/notes instead of sixteenths/, /intervals instead of pitches/, /looks back/],
    ],
    ['What is missing?', 'limits', [/^Listeners are missing/, /the study's own music/, /a plan/]],
  ] as const)('%s is answered in the first paragraph of %s', async (_question, name, answers) => {
    const first = itemAt((await bodyOf(name)).trim().split('\n\n'), 0)
    for (const answer of answers) expect(first).toMatch(answer)
  })

  it('the front page asks the question, answers it and names what was found, why and what was done', async () => {
    const overview = await read('overview')
    expect(overview).toMatch(/^title: Can a network continue a melody in character\?$/m)
    const first = itemAt((await bodyOf('glance')).trim().split('\n\n'), 0)
    expect(first).toMatch(/learns its files/)
    expect(first).toMatch(/\[Why\]\(why\/\).*\[what was done\]\(iteration-3\.1\/\)/)
  })

  it('draws each picture that a chapter names, on that chapter’s page, and says what to see', async () => {
    for (const [id, { caption }] of Object.entries(PICTURES)) {
      expect(FIGURES.map((figure) => figure.id)).toContain(id)
      expect(caption.split(' ').length, id).toBeGreaterThan(12)
    }
    for (const name of ['why', 'gain', 'glance'])
      for (const [, id = ''] of (await bodyOf(name)).matchAll(/<Picture of="([^"]+)"/g))
        expect(Object.keys(PICTURES), name).toContain(id)
  })

  it('cites every work that it lists', async () => {
    const files = (await readdir(report)).filter((file) => file.endsWith('.mdx'))
    const texts = (await Promise.all(files.map((file) => readFile(join(report, file), 'utf8')))).join('\n')
    const cited = new Set([...texts.matchAll(/<Cite\s+of="([^"]*)"/g)].flatMap(([, keys = '']) => keys.split(/\s+/)))
    expect(
      references()
        .map(({ key }) => key)
        .filter((key) => !cited.has(key)),
    ).toEqual([])
  })
})

describe("the study's claims", () => {
  it('are two dozen and more, each judged on its own files and on ours, none about data where the steps differ', () => {
    const music = published<MusicalReport>('musical')
    const claims = judgeClaims(music.contrasts, music.runs)
    expect(claims.length).toBeGreaterThanOrEqual(24)
    expect(new Set(claims.map(({ id }) => id)).size).toBe(claims.length)
    for (const claim of claims) {
      expect(claim.study, claim.id).not.toBeNull()
      expect(claim.ours, claim.id).not.toBeNull()
      const verdict = ourVerdict(claim, music.runs)
      if (stepsDiffer(claim, music.runs)) expect(verdict, claim.id).toBe('data and steps differ')
      else expect(verdict, claim.id).not.toBe('data and steps differ')
      if (claim.to === '2.2') expect(claim.oursLast, claim.id).toBeDefined()
    }
    const table = claimTable({ ...music, claims })
    for (const row of table) expect(row['iteration 3.1 less 2.1']).toMatch(/corrected p/)
  })
})

describe('what the story says in words', () => {
  const parts = (predictor: string): LossParts['parts'] =>
    itemAt(lossParts?.general.filter((row) => row.predictor === predictor) ?? [], 0).parts

  it('models of the study forget the tune and keep the key, one that looks back brings more back', () => {
    expect(mean('barSimilarity4', 'ours 2.1')).toBeLessThan(mean('barSimilarity4', 'human general') / 4)
    expect(mean('barSimilarity4', 'ours 3.1')).toBeGreaterThan(2 * mean('barSimilarity4', 'ours 2.1'))
    expect(Math.abs(mean('diatonicShare', 'ours 2.1') - mean('diatonicShare', 'human general'))).toBeLessThan(0.02)
    // "Most of the way is left."
    const [people, before, after] = (['human general', 'ours 2.1', 'ours 3.1'] as const).map((set) => mean('barSimilarity4', set)) // prettier-ignore
    expect((after! - before!) / (people! - before!)).toBeLessThan(0.5)
  })

  it('inside a repeat the study’s network pays more, PPM less, and one that looks back a small part', () => {
    const [steps, ppm, notes] = ['iteration 2.1', 'PPM', 'iteration 3.1'].map(parts)
    expect(steps!.repeat.loss.value).toBeGreaterThan(steps!.fresh.loss.value)
    expect(ppm!.repeat.loss.value).toBeLessThan(ppm!.fresh.loss.value)
    expect(notes!.repeat.loss.value).toBeLessThan(notes!.fresh.loss.value / 3)
    // "In the pitches, and in the repeats."
    expect(steps!.all.pitch).toBeGreaterThan(steps!.all.rhythm)
  })

  it('the style was learnt within a few hundred steps, and the end of the run is worse than the beginning', () => {
    const [before, best, last] = ['2.1', '2.2', '2.2 last'].map((name) => forgetting.models[name]!)
    expect(best!.steps - before!.steps).toBeLessThan(1000)
    expect(best!.test.style.loss.value).toBeLessThan(before!.test.style.loss.value)
    expect(last!.test.style.loss.value).toBeGreaterThan(before!.test.style.loss.value)
    expect(best!.test.general.loss.value).toBeGreaterThan(before!.test.general.loss.value)
  })

  it('iteration 3.1 predicts best of all and moves by step and to the tonic less often than people', () => {
    for (const name of ['1', '2.1', '2.2'] as const)
      expect(iterations['3.1']!.test.general.loss.value).toBeLessThan(iterations[name].test.general.loss.value)
    for (const id of ['leadingNoteResolution', 'stepwiseShare'])
      expect(mean(id, 'ours 3.1')).toBeLessThan(mean(id, 'human general'))
    const forgotten = iterations['3.2']!.test.general.loss.value - iterations['3.1']!.test.general.loss.value
    expect(forgotten).toBeLessThan(0.05)
  })
})
