import { copyFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FolderServer, serveFolder } from '../../site/build/serveFolder.ts'
import { buildSite } from '../../site/build/buildSite.ts'
import { ITERATIONS } from '../../src/config/scales.ts'
import { quietEffects } from '../generation/fixtures.ts'
import { findChromium } from './chromium.ts'
import { BASE, standInSite } from './standInSite.ts'

const MINUTES = 60_000
let scratch: string
let study: string
let site: string

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'cantus-melodies-test-'))
  ;({ study, site } = await standInSite())
}, 10 * MINUTES)
afterAll(() => rm(scratch, { recursive: true, force: true }))

/** Two numbers of two primers by each iteration. */
const ALL = 4 * ITERATIONS.length
const html = (path: string): Promise<string> => readFile(join(site, path, 'index.html'), 'utf8')

describe('the melodies’ pages', () => {
  it('list every melody with its notes, and stay small', async () => {
    const list = await html('melodies')
    for (const iteration of ITERATIONS) {
      for (const name of ['major_nr_1', 'major_nr_2', 'bach_nr_1', 'bach_nr_2'])
        expect(list).toMatch(new RegExp(`<article class="cell" id="it_${iteration}_${name}"`))
    }
    expect(list.match(/<path class="made"/g)).toHaveLength(ALL - 1) // to one of them the model added nothing
    expect(list).not.toMatch(/NaN|undefined|Infinity/)
    // A melody's share of the list: 175 of them stay below 210 kB.
    expect(gzipSync(list).length / ALL).toBeLessThan(1200)
  })

  it('say where a melody comes from, and what makes the same bytes again', async () => {
    const page = await html('melodies/it_2.1_bach_nr_2')
    for (const text of ['smoke-standin-s1', '1002', 'report/results/checkpoints/2.1.safetensors', 'iteration-2.1.json'])
      expect(page).toContain(text)
    expect(page).toContain('npx cantus generate --from generated_melodies/iteration_2.1/it_2.1_bach_nr_2.json')
    for (const extension of ['mid', 'mp3', 'json'])
      expect(page).toContain(
        `/melodies/iteration_2.1/it_2.1_bach_nr_2.${extension}" download="it_2.1_bach_nr_2.${extension}"`,
      )
  })

  it('put its measures beside human melodies and the study’s own of the same name', async () => {
    const page = await html('melodies/it_2.1_bach_nr_2')
    expect(page).toContain('The study’s')
    expect(page).toContain('0.123')
    expect(page).not.toMatch(/>NaN|>undefined|e-1\d/)
    expect(await html('melodies/it_1_bach_nr_1')).not.toContain('The study’s</th>')
  })

  it('lay the nearest training melody over it only where its licence lets it be shown', async () => {
    const shown = await html('melodies/it_2.1_bach_nr_2')
    const layer = /<g class="layer nearest">(.*?)<\/g>/.exec(shown)![1]!
    expect(layer.match(/class="shared"/g)).toHaveLength(4)
    expect(layer.match(/class="its-own"/g)!.length).toBeGreaterThan(1)
    expect(shown).toContain('title of tunes/1.mid')
    const kept = await html('melodies/it_2.1_bach_nr_1')
    expect(kept).not.toContain('layer nearest')
    expect(kept).toContain('its licence (by permission) does not say that this is allowed')
    expect(await html('melodies/it_1_bach_nr_1')).toContain('It shares no move with any melody')
  })

  it('hold the notes as text too', async () => {
    expect(await html('melodies/it_1_major_nr_1')).toMatch(
      /<pre tabindex="0"><code>X:1\nT:Major, number 1, iteration 1\nM:4\/4\nL:1\/16/,
    )
  })

  it('are made from results from before notes were kept, without them', { timeout: 2 * MINUTES }, async () => {
    const old = join(scratch, 'old')
    await cp(study, old, { recursive: true })
    const path = join(old, 'report/results/musical.json')
    const music = JSON.parse(await readFile(path, 'utf8')) as { nearest: object[] }
    const nearest = music.nearest.map((each) => ({ ...each, overlay: undefined }))
    await writeFile(path, JSON.stringify({ ...music, nearest, studyPieces: undefined }))
    const out = join(scratch, 'old-site')
    await buildSite({ folders: { root: old, data: join(scratch, 'data') }, out }, quietEffects())
    const page = await readFile(join(out, 'melodies/it_2.1_bach_nr_2/index.html'), 'utf8')
    expect(page).toContain('Its notes were not kept')
    expect(page).not.toContain('The study’s</th>')
  })

  it('are not built, by name, where a melody or its sound is missing', async () => {
    const broken = join(scratch, 'broken')
    await cp(study, broken, { recursive: true })
    const folders = { root: broken, data: join(scratch, 'data') }
    const build = () => buildSite({ folders, out: join(scratch, 'no-site') }, quietEffects())
    const melody = join(broken, 'generated_melodies/iteration_1/it_1_bach_nr_2')
    await copyFile(`${melody}.json`, `${melody}.kept`)
    await rm(`${melody}.json`)
    await expect(build()).rejects.toThrow(
      /^report\/results\/iterations\/1\.json names .*it_1_bach_nr_2\.json, which is not there/,
    )
    await copyFile(`${melody}.kept`, `${melody}.json`)
    await rm(`${melody}.mp3`)
    await writeFile(`${melody}.mid`, 'no MIDI')
    await expect(build()).rejects.toThrow(
      /it_1_bach_nr_2\.mp3, which is not there: cantus render .*it_1_bach_nr_2\.mid says why/,
    )
  })
})

const program = findChromium()

describe.skipIf(program === null)('the melodies in a browser', () => {
  let browser: Browser
  let server: FolderServer
  let address: string

  beforeAll(async () => {
    server = await serveFolder(site, { port: 42_270, host: '127.0.0.1', base: BASE })
    address = `http://127.0.0.1:${server.port}${BASE}`
    browser = await chromium.launch({ executablePath: program as string, args: ['--no-sandbox'] })
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
  })

  async function open(path: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Opened> {
    const context = await browser.newContext(options)
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(address + path)
    return { page, context, complaints }
  }
  interface Opened {
    readonly page: Page
    readonly context: BrowserContext
    readonly complaints: string[]
  }

  const state = (
    page: Page,
  ): Promise<{ state: string; current: string; step: number; pressed: string; line: boolean }> =>
    page.evaluate(() => {
      const current = document.querySelector<HTMLElement>('.cell.current')
      return {
        state: document.querySelector<HTMLElement>('melody-board')!.dataset['state'] ?? '',
        current: current?.id ?? '',
        step: Number(document.querySelector<HTMLInputElement>('.seek')!.value),
        pressed: document.querySelector<HTMLElement>('.models [aria-pressed=true]')?.dataset['letter'] ?? '',
        line: current?.querySelector<HTMLElement>('.playhead')?.hidden === false,
      }
    })
  const plays = (page: Page): Promise<unknown> =>
    page.waitForFunction(() => document.querySelector<HTMLElement>('melody-board')?.dataset['state'] === 'playing')
  const reaches = (page: Page, step: number): Promise<unknown> =>
    page.waitForFunction((wanted) => Number(document.querySelector<HTMLInputElement>('.seek')?.value) >= wanted, step)

  it('plays, shows where it is, pauses and resumes', async () => {
    const { page, context, complaints } = await open('melodies/')
    const play = page.locator('#it_1_major_nr_2 .play')
    await play.click()
    await plays(page)
    await reaches(page, 4)
    expect(await state(page)).toMatchObject({ current: 'it_1_major_nr_2', line: true, pressed: 'A' })
    expect(await play.getAttribute('aria-label')).toMatch(/^Pause iteration 1/)
    await play.click()
    const paused = await state(page)
    expect(paused.state).toBe('paused')
    await page.waitForTimeout(300)
    expect((await state(page)).step).toBe(paused.step)
    await play.click()
    await plays(page)
    await reaches(page, paused.step + 2)
    // Another melody takes its place.
    await page.locator('#it_2\\.2_bach_nr_1 .play').click()
    await page.waitForFunction(() => document.querySelector('.cell.current')?.id === 'it_2.2_bach_nr_1')
    expect(await page.locator('.playhead').count()).toBe(1)
    expect(complaints).toEqual([])
    await context.close()
  })

  it('continues at the same place when the iteration changes', async () => {
    const { page, context } = await open('melodies/')
    await page.locator('#it_1_major_nr_1 .play').click()
    await reaches(page, 8)
    const before = await state(page)
    await page.locator('.models [data-letter=C]').click()
    await page.waitForFunction(() => document.querySelector('.cell.current')?.id === 'it_2.2_major_nr_1')
    await plays(page)
    const after = await state(page)
    expect(after).toMatchObject({ pressed: 'C', state: 'playing' })
    expect(after.step).toBeGreaterThanOrEqual(before.step)
    expect(after.step).toBeLessThan(before.step + 16)
    await context.close()
  })

  it('is played by keys alone', async () => {
    const { page, context } = await open('melodies/')
    await page.keyboard.press(' ')
    await plays(page)
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    await reaches(page, 32)
    await page.keyboard.press('2')
    await page.waitForFunction(() => document.querySelector('.cell.current')?.id === 'it_2.1_major_nr_1')
    expect((await state(page)).step).toBeGreaterThanOrEqual(32)
    await page.keyboard.press('j')
    await page.waitForFunction(() => document.querySelector('.cell.current')?.id === 'it_2.1_major_nr_2')
    await reaches(page, 1)
    expect((await state(page)).step).toBeLessThan(24)
    await page.keyboard.press(' ')
    expect((await state(page)).state).toBe('paused')
    await page.keyboard.press('c')
    expect(await state(page)).toMatchObject({ current: 'it_2.2_major_nr_2', state: 'paused' })
    await page.keyboard.press('k')
    expect((await state(page)).current).toBe('it_2.2_major_nr_1')
    // Letters can be left to who needs them.
    await page.locator('.use-keys').uncheck()
    await page.evaluate(() => (document.activeElement as HTMLElement).blur())
    await page.keyboard.press('a')
    expect((await state(page)).current).toBe('it_2.2_major_nr_1')
    await context.close()
  })

  it('is reached by Tab: a button a melody, and the player', async () => {
    const { page, context } = await open('melodies/?number=1&primer=bach')
    await page.locator('#it_1_bach_nr_1 .play').focus()
    await page.keyboard.press('Enter')
    await plays(page)
    await page.locator('.bar .seek').focus()
    await page.keyboard.press('End')
    await page.waitForFunction(() => document.querySelector('.seek')?.getAttribute('aria-valuetext') === 'bar 8 of 8')
    await context.close()
  })

  it('goes where the notes are clicked', async () => {
    const { page, context } = await open('melodies/it_2.1_bach_nr_2/')
    const track = page.locator('.cell.large .track')
    const box = (await track.boundingBox())!
    await track.click({ position: { x: box.width * 0.75, y: box.height / 2 } })
    await plays(page)
    await reaches(page, 96)
    expect((await state(page)).step).toBeLessThan(112)
    // The line is where the notes of that step are drawn.
    const [line, at] = await page.evaluate(() => {
      const line = document.querySelector('.large .playhead')!.getBoundingClientRect()
      const bars = document.querySelector('.large svg g[stroke]')!.getBoundingClientRect()
      const step = Number(document.querySelector<HTMLInputElement>('.seek')!.value)
      return [line.left, bars.left + (bars.width * step) / 128]
    })
    expect(Math.abs(line - at)).toBeLessThan(12)
    await context.close()
  })

  it('goes where the notes of a card are clicked, on the other pages', async () => {
    const { page, context, complaints } = await open('iteration-1/')
    const card = page.locator('#it_1_bach_nr_2')
    const bars = (await card.locator('svg g[stroke]').first().boundingBox())!
    const roll = (await card.locator('.roll').boundingBox())!
    const x = bars.x + bars.width / 2 - roll.x
    await card.locator('.roll').click({ position: { x, y: bars.height / 2 } })
    const seconds = (): Promise<number> =>
      card.locator('audio').evaluate((audio: HTMLAudioElement) => audio.currentTime)
    await expect.poll(seconds, { timeout: 20_000 }).toBeGreaterThan(8)
    expect(await seconds()).toBeLessThan(12)
    expect(complaints).toEqual([])
    await context.close()
  })

  it('shows motifs and the nearest melody when asked to', async () => {
    const { page, context, complaints } = await open('melodies/it_2.1_bach_nr_2/')
    for (const hidden of ['.layer.motifs', '.motif-legend', '.nearest-legend'])
      expect(await page.locator(hidden).isVisible()).toBe(false)
    await page.locator('.show-motifs').check()
    expect(await page.locator('.layer.motifs rect').first().isVisible()).toBe(true)
    await page.locator('.show-nearest').check()
    expect(await page.locator('.layer.nearest .shared').count()).toBe(4)
    expect(await page.locator('.nearest-legend').isVisible()).toBe(true)
    expect(complaints).toEqual([])
    await context.close()
  })

  it.each([
    ['wide', 1280],
    ['narrow', 390],
  ])('shows %s staves without JavaScript', async (shown, width) => {
    const { page, context, complaints } = await open('melodies/it_2.1_bach_nr_2/', {
      javaScriptEnabled: false,
      viewport: { width, height: 900 },
    })
    const staves = page.locator(`.staves.${shown} svg`)
    expect(await staves.isVisible()).toBe(true)
    expect(await page.locator('.staves svg:visible').count()).toBe(1)
    await page.getByRole('img', { name: 'Sheet music of Bach, number 2, iteration 2.1' }).waitFor()
    const box = (await staves.boundingBox())!
    expect(box.x + box.width).toBeLessThanOrEqual(width)
    expect(await page.locator('.staves style, .staves [style], .staves [class]').count()).toBe(0)
    expect(complaints).toEqual([])
    await context.close()
  })

  it('serves the font of the staves once, as a file, and prints the wide ones', async () => {
    const { page, context } = await open('melodies/it_2.1_bach_nr_2/')
    const font = page.waitForResponse((response) => response.url().endsWith('.ttf'))
    await page.reload()
    expect([200, 304]).toContain((await font).status()) // from the cache the second time
    await page.waitForFunction(() => [...document.fonts].some((f) => f.family === 'Music' && f.status === 'loaded'))
    await page.emulateMedia({ media: 'print' })
    await page.setViewportSize({ width: 390, height: 900 })
    expect(await page.locator('.staves.wide svg').isVisible()).toBe(true)
    expect(await page.locator('.staves.narrow svg').isVisible()).toBe(false)
    await context.close()
  })

  it('pauses by Space whichever button was pressed last', async () => {
    const { page, context } = await open('melodies/')
    await page.locator('#it_1_major_nr_1 .play').click()
    await reaches(page, 4)
    await page.keyboard.press('b')
    await page.waitForFunction(() => document.querySelector('.cell.current')?.id === 'it_2.1_major_nr_1')
    await plays(page)
    await page.keyboard.press(' ')
    expect(await state(page)).toMatchObject({ current: 'it_2.1_major_nr_1', state: 'paused' })
    await page.locator('.models [data-letter=C]').click()
    await page.keyboard.press(' ')
    await plays(page)
    expect((await state(page)).current).toBe('it_2.2_major_nr_1')
    await page.keyboard.press(' ')
    expect(await state(page)).toMatchObject({ current: 'it_2.2_major_nr_1', state: 'paused' })
    await context.close()
  })

  it('says so where the model added nothing', async () => {
    const page = await html('melodies/it_1_major_nr_2')
    expect(page).toContain('all of them the primer’s. The model added nothing: it held silence to the end.')
    expect(page).not.toContain('It shares no move')
    const [, card] = /<article class="cell" id="it_1_major_nr_2"([\s\S]*?)<\/article>/.exec(await html('melodies'))!
    expect(card).toContain('The model added nothing: it held silence to the end.')
    expect(card).not.toContain('–')
  })

  it('filters, and keeps what was asked for in the address', async () => {
    const { page, context } = await open('melodies/')
    await page.locator('.filters label', { hasText: 'Bach' }).click()
    await page.locator('.filters label', { hasText: 'B · 2.1' }).click()
    expect(await page.locator('.cell:visible').count()).toBe(2)
    expect(await page.locator('.filters output').innerText()).toBe(`2 of ${ALL} melodies`)
    expect(new URL(page.url()).search).toBe('?primer=bach&iteration=2.1')
    await page.reload()
    expect(await page.locator('.cell:visible').count()).toBe(2)
    await page.keyboard.press(' ')
    await plays(page)
    expect((await state(page)).current).toBe('it_2.1_bach_nr_1')
    await context.close()
  })

  it.each([
    [
      'a sound that is not there',
      (page: Page) => page.route('**/*.mp3', (route) => route.fulfill({ status: 404 })),
      /not there \(404\)/,
    ],
    [
      'bytes that are not sound',
      (page: Page) => page.route('**/*.mp3', (route) => route.fulfill({ body: 'no sound' })),
      /cannot decode/,
    ],
    [
      'a browser without Web Audio',
      (page: Page) => page.addInitScript('delete window.AudioContext; delete window.OfflineAudioContext'),
      /no Web Audio/,
    ],
  ])('says what to do about %s, and keeps working', async (_what, spoil, said) => {
    const { page, context } = await open('about/')
    await spoil(page)
    await page.goto(`${address}melodies/`)
    await page.locator('#it_1_major_nr_1 .play').click()
    await page.locator('.bar .status', { hasText: said }).waitFor()
    expect(await page.locator('.bar .status').innerText()).toContain('its page has the MIDI file')
    expect(await page.locator('#it_1_major_nr_1 audio[controls]').count()).toBe(1)
    expect((await state(page)).state).toBe('paused')
    await page.locator('.filters label', { hasText: 'Bach' }).click()
    expect(await page.locator('.cell:visible').count()).toBe(ALL / 2)
    await context.close()
  })

  it('can be seen and heard without JavaScript', async () => {
    const { page, context } = await open('melodies/', { javaScriptEnabled: false })
    expect(await page.locator('.cell audio[controls]').count()).toBe(ALL)
    expect(await page.locator('.mini svg[role=img]').count()).toBe(ALL)
    for (const hidden of ['.bar', '.filters', '.play'])
      expect(await page.locator(hidden).first().isVisible()).toBe(false)
    await page.goto(`${address}melodies/it_2.1_bach_nr_2/`)
    expect(await page.locator('audio[controls]').first().isVisible()).toBe(true)
    await page.locator('.show-motifs').check()
    expect(await page.locator('.layer.motifs rect').first().isVisible()).toBe(true)
    await context.close()
  })

  it('keeps what sounds in sight where the notes are wider than the page', async () => {
    const { page, context } = await open('melodies/it_2.1_bach_nr_2/', { viewport: { width: 390, height: 800 } })
    await page.locator('.play').first().click()
    await plays(page)
    for (let bar = 0; bar < 7; bar++) await page.keyboard.press('ArrowRight')
    await reaches(page, 112)
    await page.waitForFunction(() => document.querySelector('.scroll')!.scrollLeft > 100)
    const line = (await page.locator('.playhead').boundingBox())!
    expect(line.x).toBeGreaterThan(0)
    expect(line.x).toBeLessThan(390)
    await context.close()
  })

  it.each(['melodies/', 'melodies/it_2.1_bach_nr_2/'])('%s stays inside 390 pixels and does not jump', async (path) => {
    const { page, context } = await open('about/', { viewport: { width: 390, height: 800 } })
    await page.addInitScript(`
      window.jumps = 0
      new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.jumps += entry.value })
        .observe({ type: 'layout-shift', buffered: true })`)
    await page.goto(address + path)
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight))
    await page.locator('.play').first().click()
    await plays(page)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    expect(await page.evaluate('window.jumps')).toBeLessThan(0.01)
    await context.close()
  })
})
