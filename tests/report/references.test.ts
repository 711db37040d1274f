import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FIGURES, numbered } from '../../site/src/lib/figures.ts'
import { commandOf, DRAWN_BY_SITE } from '../../site/src/lib/commandOf.ts'
import { sourceOf } from '../../site/src/lib/provenance.ts'
import { readReferences, referenceOf, references } from '../../site/src/lib/references.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'

const report = join(projectRoot, 'report')
const chapters = (await readdir(report)).filter((name) => name.endsWith('.mdx'))
const texts = await Promise.all(chapters.map((name) => readFile(join(report, name), 'utf8')))
const named = (pattern: RegExp): string[] =>
  texts.flatMap((text) => [...text.matchAll(pattern)].flatMap(([, names]) => names!.split(/\s+/)))

describe('the references', () => {
  it('are cited by names and year, and lead to where they can be had', () => {
    expect(referenceOf('hochreiter1997')).toMatchObject({
      label: 'Hochreiter & Schmidhuber, 1997',
      url: 'https://doi.org/10.1162/neco.1997.9.8.1735',
    })
    expect(referenceOf('hochreiter1997').text).toMatch(
      /^Hochreiter, S\., & Schmidhuber, J\. \(1997\)\. Long Short-Term/,
    )
    expect(referenceOf('jaques2016').label).toBe('Jaques et al., 2016')
  })

  it('name a key that is missing, and one that two works have', () => {
    expect(() => referenceOf('nobody1900')).toThrow('"nobody1900"')
    const book = '@book{a, author = {A, B}, title = {T}, year = {2000}}'
    expect(() => readReferences(`${book}\n${book}`)).toThrow('two works with the key "a"')
  })

  it('hold every work that a chapter cites', () => {
    const cited = named(/<Cite\s+of="([^"]*)"/g)
    expect(cited.length).toBeGreaterThan(20)
    for (const key of cited) expect(referenceOf(key).text.length).toBeGreaterThan(20)
  })

  it('lead to the study that is reproduced', async () => {
    const study = 'https://github.com/casvalesen/AI_Music_Generation_LSTM_Recurrent_Neural_Networks'
    expect(referenceOf('casvalesen2019')).toMatchObject({ url: study })
    for (const file of ['README.md', 'CITATION.cff', 'report/overview.mdx'])
      expect(await readFile(join(projectRoot, file), 'utf8'), file).toContain(study)
    const overview = await readFile(join(report, 'overview.mdx'), 'utf8')
    for (const part of ['Project_Report_Final.md', '/generated_melodies)', '.wav)']) expect(overview).toContain(part)
  })

  it('have whole DOIs', () => {
    const dois = references().flatMap(({ url }) => (url?.startsWith('https://doi.org/') ? [url] : []))
    expect(dois.length).toBeGreaterThan(8)
    for (const doi of dois) expect(doi).toMatch(/^https:\/\/doi\.org\/10\.\d{4,9}\/[^\s{}]+$/)
  })
})

describe('the figures', () => {
  it('have ids of their own, numbered in the order of the report', () => {
    const ids = FIGURES.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.map((id) => numbered(id).number)).toEqual(ids.map((_, n) => n + 1))
  })

  it('say what they are drawn from: runs, or the data set of the corpora; only drawings of terms need neither', () => {
    for (const { id, page, data, iterations } of FIGURES) {
      if (page === 'terms/') expect(data, id).toBe('')
      else expect(iterations.length > 0 || ['corpus-report.json', 'duet.json'].includes(data), id).toBe(true)
    }
  })

  it('say which command makes their data, and which function draws them; a file that no command is known of is named', () => {
    for (const { id, data, drawnBy } of FIGURES) {
      expect(commandOf(data), id).toMatch(/^(?:cantus|npm run) /)
      expect(commandOf(data) === 'npm run site', id).toBe(DRAWN_BY_SITE.includes(data))
      expect(sourceOf(drawnBy), id).toMatch(/^src\/.+\.ts$/)
    }
    expect(() => commandOf('none.json')).toThrow('"none.json"')
    expect(() => sourceOf('drawNothing')).toThrow('drawNothing')
  })

  it('stand each with a caption, which names data, command and function', async () => {
    const folder = join(projectRoot, 'site/src')
    const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.astro')).sort()
    const bare: string[] = []
    let found = 0
    for (const name of files) {
      const text = await readFile(join(folder, name), 'utf8')
      const charts = [...text.matchAll(/<Chart spec=[\s\S]*?<\/Chart>|<figure\b[\s\S]*?<\/figure>/g)].map(
        ([figure]) => figure,
      )
      found += charts.length
      // The frame of all charts, whose caption stands where one is used; the output of a cell, below the cell that makes it.
      if (name === 'components/Chart.astro' || name === 'components/Output.astro') continue
      bare.push(
        ...charts
          .filter((figure) => !figure.includes('<Caption figure='))
          .map((figure) => `${name}: ${figure.slice(0, 60)}`),
      )
    }
    expect(found).toBeGreaterThan(30)
    expect(bare).toEqual([])
  })

  it('hold every figure that a chapter refers to, and name one that is missing', () => {
    for (const id of named(/<See\s+figure="([^"]*)"/g)) expect(numbered(id).id).toBe(id)
    expect(() => numbered('none')).toThrow('"none"')
  })
})
