/**
 * The melodies' pages as a browser has them: how soon a melody is heard after a click, how loud the sounds are once decoded,
 * and how large the pages are.
 * Build the site first (cantus site --build-only), then: node bench/melodies.ts [SITE]   (default: site/dist)
 * A start is the time from the click to the first sample above 1% of full scale at the loudspeaker's end of the audio graph,
 * in a fresh browser context each time; the three ways take turns, and ratios are to the browser's own player.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Browser, chromium, type Page } from 'playwright-core'
import { median } from 'simple-statistics'
import { findChromium } from '../site/build/chromium.ts'
import { serveFolder } from '../site/build/serveFolder.ts'
import type * as SoundLevels from '../src/audio/soundLevels.ts'
import type * as Table from '../src/support/text/table.ts'

const ROUNDS = 7
/** How long a pointer rests on a melody before it is pressed. */
const REST_MILLISECONDS = 250

const compiled = (path: string): Promise<unknown> => import(new URL(`../dist/${path}`, import.meta.url).href)
const { decibels } = (await compiled('audio/soundLevels.js')) as typeof SoundLevels
const { textTable } = (await compiled('support/text/table.js')) as typeof Table

const site = resolve(process.argv[2] ?? 'site/dist')
const program = findChromium()
if (program === null) {
  console.log('SKIPPED: no Chromium found (set CHROMIUM to its path)')
  process.exit(0)
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`
const level = (value: number): string => `${decibels(value).toFixed(1)} dB`

declare global {
  interface Window {
    clicked?: number
    heard?: number
    jumps?: number
  }
}

/** Taps what goes to the loudspeaker, and notes when it is first loud after `window.clicked`. */
const TAP = `(() => {
  const connect = AudioNode.prototype.connect
  AudioNode.prototype.connect = function (to, ...rest) {
    const result = connect.call(this, to, ...rest)
    if (to === this.context.destination) {
      const tap = this.context.createAnalyser()
      tap.fftSize = 256
      connect.call(this, tap)
      const samples = new Float32Array(256)
      const timer = setInterval(() => {
        tap.getFloatTimeDomainData(samples)
        if (!samples.some((value) => Math.abs(value) > 0.01)) return
        window.heard ??= performance.now()
        clearInterval(timer)
      }, 1)
    }
    return result
  }
  addEventListener('click', (event) => (window.clicked ??= event.timeStamp), true)
})()`

type Way = 'pointed at first' | 'clicked at once' | 'the browser’s own player'

async function startMilliseconds(browser: Browser, address: string, way: Way): Promise<number> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.addInitScript(TAP)
  await page.goto(`${address}melodies/`)
  await page.waitForLoadState('networkidle')
  const button = page.locator('.play').first()
  await button.scrollIntoViewIfNeeded()
  if (way === 'the browser’s own player') await ownPlayer(page)
  if (way === 'pointed at first') {
    await button.hover()
    await page.waitForTimeout(REST_MILLISECONDS)
    await button.click()
  } else if (way === 'clicked at once') await button.evaluate((element) => (element as HTMLElement).click())
  else await page.locator('#own').click()
  const took = await page
    .waitForFunction(() => window.heard && window.heard - (window.clicked ?? 0), null, { polling: 20 })
    .then((handle) => handle.jsonValue() as Promise<number>)
  await context.close()
  return took
}

/** A button that plays the first melody through an audio element, heard through the same tap. */
async function ownPlayer(page: Page): Promise<void> {
  await page.evaluate(() => {
    const audio = new Audio(document.querySelector<HTMLElement>('.cell')!.dataset['sound'])
    audio.preload = 'none'
    const button = document.createElement('button')
    button.id = 'own'
    button.textContent = 'play'
    button.onclick = () => {
      const context = new AudioContext()
      context.createMediaElementSource(audio).connect(context.destination)
      void audio.play()
    }
    document.querySelector('h1')!.after(button)
  })
}

interface Decoded {
  readonly peak: number
  readonly rms: number
  readonly clipped: number
  readonly bytes: number
}

/** Every sound of the list, decoded by the browser. */
async function decodeAll(browser: Browser, address: string): Promise<Decoded[]> {
  const page = await browser.newPage()
  await page.goto(`${address}melodies/`)
  const decoded = await page.evaluate(async () => {
    const result: Decoded[] = []
    for (const cell of document.querySelectorAll<HTMLElement>('.cell')) {
      const bytes = await (await fetch(cell.dataset['sound'] ?? '')).arrayBuffer()
      const size = bytes.byteLength
      const pcm = (await new OfflineAudioContext(1, 1, 24_000).decodeAudioData(bytes)).getChannelData(0)
      let [peak, squares, clipped] = [0, 0, 0]
      for (const value of pcm) {
        peak = Math.max(peak, Math.abs(value))
        squares += value * value
        if (Math.abs(value) >= 1) clipped++
      }
      result.push({ peak, rms: Math.sqrt(squares / pcm.length), clipped, bytes: size })
    }
    return result
  })
  await page.close()
  return decoded
}

/** What a page brings before anyone touches it. */
async function loaded(browser: Browser, address: string, path: string): Promise<Record<string, string>> {
  const context = await browser.newContext({ viewport: { width: 390, height: 800 } })
  const page = await context.newPage()
  const scripts: Promise<number>[] = []
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script')
      scripts.push(response.body().then((body) => gzipSync(body).length))
  })
  await page.addInitScript(`window.jumps = 0
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.jumps += entry.value })
      .observe({ type: 'layout-shift', buffered: true })`)
  await page.goto(address + path)
  await page.waitForLoadState('networkidle')
  const jumps = await page.evaluate(() => window.jumps ?? NaN)
  const html = await readFile(join(site, path, 'index.html'))
  await context.close()
  return {
    page: path,
    'HTML, gzipped': kilobytes(gzipSync(html).length),
    'JavaScript, gzipped': kilobytes((await Promise.all(scripts)).reduce((sum, size) => sum + size, 0)),
    'layout shift at 390 px': jumps.toFixed(4),
  }
}

const server = await serveFolder(site, { port: 42_370, host: '127.0.0.1' })
const address = `http://127.0.0.1:${server.port}/`
const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] })
try {
  const ways: readonly Way[] = ['pointed at first', 'clicked at once', 'the browser’s own player']
  const times = new Map<Way, number[]>(ways.map((way) => [way, []]))
  for (let round = 0; round < ROUNDS; round++)
    for (const way of ways) times.get(way)!.push(await startMilliseconds(browser, address, way))
  const own = median(times.get('the browser’s own player')!)
  console.log(
    textTable(
      [...times].map(([way, all]) => ({
        'click to sound': way,
        'median ms': median(all).toFixed(0),
        'slowest ms': Math.max(...all).toFixed(0),
        ratio: (median(all) / own).toFixed(2),
      })),
    ),
  )
  const sounds = await decodeAll(browser, address)
  const range = (of: (sound: Decoded) => number): string =>
    `${level(Math.min(...sounds.map(of)))} to ${level(Math.max(...sounds.map(of)))}`
  const bytes = sounds.reduce((sum, sound) => sum + sound.bytes, 0)
  const clipped = sounds.reduce((sum, sound) => sum + sound.clipped, 0)
  console.log(
    `\n${sounds.length} sounds, ${(bytes / 1e6).toFixed(2)} MB; decoded: peak ${range(({ peak }) => peak)}, ` +
      `RMS ${range(({ rms }) => rms)}, ${clipped} clipped samples\n`,
  )
  const melodies = (await readdir(join(site, 'melodies'))).filter((name) => name.startsWith('it_'))
  const pages = ['melodies/', `melodies/${melodies.find((name) => name.includes('bach')) ?? melodies[0]}/`]
  const rows: Record<string, string>[] = []
  for (const path of pages) rows.push(await loaded(browser, address, path))
  console.log(textTable(rows))
} finally {
  await browser.close()
  await server.close()
}
