import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FolderServer, serveFolder } from '../../site/build/serveFolder.ts'
import { ITERATIONS } from '../../src/config/scales.ts'
import type { CorpusReport } from '../../src/results/corpusReport.ts'
import { buildSite } from '../../site/build/buildSite.ts'
import { modeSounds, motifSounds } from '../../site/src/lib/termSounds.ts'
import type { Effects } from '../../src/support/effects.ts'
import { silentReporter } from '../../src/support/progress.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { findChromium } from './chromium.ts'
import { BASE, standInSite } from './standInSite.ts'
import { summaryFile } from '../../src/results/summary.ts'
import { studyRecordFile } from '../../src/results/studyRecord.ts'
import { musicalFile } from '../../src/results/musicalReport.ts'

const MINUTES = 60_000
const results = join(projectRoot, 'report', 'results')
const effects: Effects = { reporter: silentReporter, signal: new AbortController().signal, now: Date.now }
let scratch: string
let study: string
let site: string

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'cantus-site-test-'))
  ;({ study, site } = await standInSite())
}, 10 * MINUTES)
afterAll(() => rm(scratch, { recursive: true, force: true }))

const page = (path: string): Promise<string> => readFile(join(site, path, 'index.html'), 'utf8')

describe('buildSite', () => {
  it('shows the numbers of the results, and a dash for one that is not defined', async () => {
    const html = await page('iteration-2.2')
    for (const number of ['1.235', '1.988', '65.4%', '1,234', '1 min 5 s', '4,321']) expect(html).toContain(number)
    expect(html).toMatch(/>–</)
    expect(html).not.toContain('NaN')
    expect(html).toContain('lstm_0/kernel')
    const method = await page('method')
    expect(method).toContain('1.235')
    expect(method).toContain('the study used')
  })

  it('shows what the transfer kept and what each part of the network is worth, and hands both out', async () => {
    const [transfer, network] = [await page('iteration-3.2'), await page('iteration-3.1')]
    for (const text of ['0.100 (0.050 to 0.150); +8.9%', 'outputs (chosen)', '0.5 of 3.2, outputs mixed'])
      expect(transfer).toContain(text)
    for (const text of ['network without-metre', '1.250 (2 seeds, 1.000 to 1.500)']) expect(network).toContain(text)
    for (const name of ['transfer', 'ablations'])
      expect(JSON.parse(await readFile(join(site, `${name}.json`), 'utf8'))).toHaveProperty('format')
  })

  it('shows the report of the corpora, and hands out its numbers and the list of the split', async () => {
    const html = await page('corpus')
    const report = JSON.parse(await readFile(join(results, 'corpus.json'), 'utf8')) as CorpusReport
    const { funnel, families, parts } = report
    for (const number of [funnel.files, funnel.melodies.total, families.count, parts['2.1']!.melodies.test])
      expect(html).toContain(number.toLocaleString('en'))
    expect(html).toMatch(/Of 1,339 performances at the piano, \d+ give a melody by the study(&#39;|')s strict rule/)
    expect(html).not.toContain('NaN')
    expect(JSON.parse(await readFile(join(site, 'corpus-report.json'), 'utf8'))).toEqual(report)
    const lists = [join(site, 'corpus-split.tsv'), join(results, 'corpus-split.tsv')]
    const [published, ours] = await Promise.all(lists.map((path) => readFile(path, 'utf8')))
    expect(published).toBe(ours)
  })

  it('leads from the nearest melodies to their pages', async () => {
    const html = await page('music')
    const [, table] = /aria-label="Published melodies nearest to a training melody"([\s\S]*?)<\/table>/.exec(html)!
    const melodies = [...table!.matchAll(/<th scope="row"[^>]*><a href="\/cantus\/melodies\/(it_[^/]+)\/">\1<\/a>/g)]
    expect(melodies.length).toBeGreaterThan(2)
    expect(table).toContain('pitches in the stretch')
  })

  it('shows the summary of the numbers, the study beside them, and offers both for download', async () => {
    const html = await page('evaluation')
    for (const text of ['1.225', 'The data do not decide', 'PPM', 'IDyOM-like', 'no log', 'the study’s record'])
      expect(html).toContain(text)
    expect(html).not.toContain('NaN')
    const music = await page('music')
    for (const text of ['the data do not decide', 'title of tunes/', 'Krumhansl']) expect(music).toContain(text)
    expect(music).not.toMatch(/NaN|undefined</)
    expect(await page('melodies/it_2.1_bach_nr_2')).not.toContain('NaN')
    for (const file of [summaryFile, studyRecordFile, musicalFile]) {
      const published = JSON.parse(await readFile(join(site, basename(file.path)), 'utf8')) as unknown
      expect(published).toEqual(JSON.parse(JSON.stringify(file.read(study))))
    }
  })

  it('publishes every melody with its bytes, its sidecar and its sound', async () => {
    for (const iteration of ITERATIONS) {
      const html = await page(`iteration-${iteration}`)
      for (const name of ['major_nr_1', 'major_nr_2', 'bach_nr_1', 'bach_nr_2']) {
        const path = `iteration_${iteration}/it_${iteration}_${name}`
        const [published, built] = await Promise.all([
          readFile(join(study, 'generated_melodies', `${path}.mid`)),
          readFile(join(site, 'melodies', `${path}.mid`)),
        ])
        expect(published.equals(built)).toBe(true)
        expect((await stat(join(site, 'melodies', `${path}.mp3`))).size).toBeGreaterThan(10_000)
        expect(html).toContain(`/melodies/${path}.json`)
      }
    }
  })

  it('plays each mode and each development of a motif where it is explained', async () => {
    const html = await page('terms')
    const sounds = [...html.matchAll(/<audio[^>]*\ssrc="([^"]+\.mp3)"[^>]*aria-label="([^"]+), then: ([^"]+)"/g)]
    expect(sounds.map(([, , , name]) => name)).toEqual([...modeSounds(), ...motifSounds()].map(({ name }) => name))
    for (const [, src = ''] of sounds)
      expect((await stat(join(site, src.slice(BASE.length)))).size, src).toBeGreaterThan(5_000)
  })

  it('asks no other machine for anything', async () => {
    for (const path of ['', 'corpus', 'evaluation', 'music', 'iteration-1', 'melodies', 'about']) {
      const html = await page(path)
      const loaded = [...html.matchAll(/(?:\ssrc|<link[^>]*\shref)="([^"]+)"/g)].map((match) => match[1] as string)
      expect(loaded.length).toBeGreaterThan(0)
      expect(loaded.filter((url) => !url.startsWith(BASE))).toEqual([])
    }
  })

  it('names a result it cannot read, and leaves the site as it was', async () => {
    const broken = join(scratch, 'broken')
    await mkdir(join(broken, 'report/results/iterations'), { recursive: true })
    await writeFile(join(broken, 'report/results/iterations/1.json'), '{"format":')
    const folders = { root: broken, data: join(scratch, 'data') }
    await expect(buildSite({ folders, out: site }, effects)).rejects.toMatchObject({ name: 'StoredFileError' })
    await expect(buildSite({ folders, out: site }, effects)).rejects.toThrow(/1\.json: not JSON/)
    expect(await page('iteration-1')).toContain('1.235')
  })

  it('does not replace a folder that holds something else', async () => {
    const folders = { root: study, data: join(scratch, 'data') }
    await expect(buildSite({ folders, out: study }, effects)).rejects.toThrow(/is not empty and holds no site/)
  })

  it('is a page that says what to do when nothing has been published', { timeout: 2 * MINUTES }, async () => {
    const folders = { root: join(scratch, 'nothing'), data: join(scratch, 'data') }
    const out = join(scratch, 'empty-site')
    await buildSite({ folders, out }, effects)
    expect(await readFile(join(out, 'index.html'), 'utf8')).toContain('npm run reproduce')
  })
})

const program = findChromium()

describe.skipIf(program === null)('the site in a browser', () => {
  const pages = [
    '',
    'corpus/',
    'evaluation/',
    'music/',
    'iteration-1/',
    'iteration-2.1/',
    'iteration-2.2/',
    'melodies/',
    'melodies/it_2.1_bach_nr_2/',
    'unseen/',
    'notebooks/',
    'about/',
  ]
  let browser: Browser
  let server: FolderServer
  let address: string

  beforeAll(async () => {
    server = await serveFolder(site, { port: 42_170, host: '127.0.0.1', base: BASE })
    address = `http://127.0.0.1:${server.port}${BASE}`
    browser = await chromium.launch({
      executablePath: program as string,
      args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
    })
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
  })

  /** A page on which errors and requests to other places are collected. */
  async function open(context: BrowserContext): Promise<{ page: Page; complaints: string[] }> {
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('request', (request) => {
      const url = request.url()
      if (!url.startsWith(address) && !url.startsWith('data:') && !url.startsWith('blob:')) complaints.push(url)
    })
    return { page, complaints }
  }

  it.each([1280, 390, 320])(
    'loads every page at %i pixels without errors, outside requests or sideways scrolling',
    async (width) => {
      const context = await browser.newContext({ viewport: { width, height: 800 } })
      const { page, complaints } = await open(context)
      for (const path of pages) {
        await page.goto(address + path)
        expect(await page.locator('h1').count()).toBe(1)
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
      }
      expect(complaints).toEqual([])
      await context.close()
    },
  )

  it('runs nothing that a notebook holds, and shows the rest', async () => {
    const context = await browser.newContext()
    const { page, complaints } = await open(context)
    await page.goto(`${address}notebooks/poisoned/`)
    expect(await page.locator('.output p').innerText()).toBe('shown')
    expect(await page.locator('.output svg rect').count()).toBe(1)
    await page.waitForTimeout(500) // time for what should not happen
    expect(await page.evaluate(() => (window as { acted?: string[] }).acted)).toBeUndefined()
    expect(page.url()).toBe(`${address}notebooks/poisoned/`)
    // The policy blocked nothing either: there was nothing left to block.
    expect(complaints).toEqual([])
    await context.close()
  })

  it('plays a melody, one at a time, and shows where it is', async () => {
    const context = await browser.newContext()
    const { page, complaints } = await open(context)
    await page.goto(`${address}iteration-1/`)
    const play = (index: number): Promise<number> =>
      page.evaluate(async (n) => {
        const audio = document.querySelectorAll('audio')[n] as HTMLAudioElement
        await audio.play()
        return audio.duration
      }, index)
    expect(await play(0)).toBeGreaterThan(16)
    await page.waitForFunction(() => (document.querySelector('audio')?.currentTime ?? 0) > 0.3)
    await page.locator('melody-player').first().locator('.playhead').waitFor({ state: 'visible' })
    await play(1)
    const paused = await page.evaluate(() => [...document.querySelectorAll('audio')].map((audio) => audio.paused))
    expect(paused.slice(0, 2)).toEqual([true, false])
    expect(complaints).toEqual([])
    await context.close()
  })

  it('downloads a melody byte for byte under its own name', async () => {
    const context = await browser.newContext()
    const { page } = await open(context)
    await page.goto(`${address}iteration-2.1/`)
    const waiting = page.waitForEvent('download')
    await page.locator('#it_2\\.1_bach_nr_2 a', { hasText: 'MIDI' }).click()
    const download = await waiting
    expect(download.suggestedFilename()).toBe('it_2.1_bach_nr_2.mid')
    const published = await readFile(join(study, 'generated_melodies/iteration_2.1/it_2.1_bach_nr_2.mid'))
    expect((await readFile(await download.path())).equals(published)).toBe(true)
    await context.close()
  })

  it('brings a chart to life when pointed at, and a piano roll when looked at closer', async () => {
    const context = await browser.newContext({ colorScheme: 'dark' })
    const { page, complaints } = await open(context)
    await page.goto(`${address}iteration-1/`)
    const chart = page.locator('live-chart').first()
    const before = await chart.boundingBox()
    await chart.hover()
    await page.locator('live-chart[data-live="ready"] svg').first().waitFor()
    const after = await chart.boundingBox()
    expect(Math.abs((after?.height ?? 0) - (before?.height ?? 1e9))).toBeLessThan(2)
    // Held-out points are few and always shown: the last group of symbols.
    await page.locator('live-chart .mark-symbol path[fill^="var(--chart-second"]').nth(1).hover()
    const tooltip = page.locator('#vg-tooltip-element.visible')
    await tooltip.waitFor()
    expect(await tooltip.innerText()).toContain('validation')
    expect((await tooltip.locator('table').boundingBox())?.height).toBeLessThan(120) // three lines
    await page.locator('summary', { hasText: 'Look closer' }).first().focus()
    await page.keyboard.press('Enter')
    await page.locator('piano-roll-view[data-live="ready"] .main-svg').first().waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })

  it('can be read and heard without JavaScript', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto(`${address}iteration-2.2/`)
    expect(await page.locator('audio[controls]').count()).toBe(4)
    expect(await page.locator('.roll svg[role="img"]').count()).toBe(4)
    expect(await page.locator('live-chart svg').count()).toBeGreaterThanOrEqual(4)
    await context.close()
  })
})
