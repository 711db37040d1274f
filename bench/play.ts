/**
 * The page to play with, in Chromium: milliseconds an event beside the same engine in Node, JavaScript before anybody does
 * anything, and gaps while 60 s of a melody play that is still being made at their beginning, beside a page that keeps making.
 * npm run bench play [FOLDER]   (FOLDER: a finished site with the page; default: site/dist, built if missing)
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { median } from 'simple-statistics'
import type * as Effects from '../src/support/terminal/cliEffects.ts'
import { findChromium } from '../site/build/chromium.ts'
import { serveFolder } from '../site/build/serveFolder.ts'
import { buildSite } from '../site/build/buildSite.ts'
import type * as Compose from '../src/generation/compose.ts'
import type * as ContinueMelody from '../src/generation/continueMelody.ts'
import type * as ModelFile from '../src/generation/modelFile.ts'
import type * as Primers from '../src/generation/primers.ts'

const ROUNDS = 5
const SECONDS_OF_MUSIC = 60
const BARS = 8
/** Long and wide enough that the search is not over when the music begins: 64 bars, eight beams of two branches. */
const LONG = 'primer=bach&t=1&beam=8&bars=64&bpm=120'
const MOST_JAVASCRIPT = 60_000
const MOST_MILLISECONDS = 2

const compiled = (path: string): Promise<unknown> => import(new URL(`../dist/${path}`, import.meta.url).href)
const { cliEffects } = (await compiled('support/terminal/cliEffects.js')) as typeof Effects
const { compose } = (await compiled('generation/compose.js')) as typeof Compose
const { plainSampling } = (await compiled('generation/continueMelody.js')) as typeof ContinueMelody
const { openModelFile } = (await compiled('generation/modelFile.js')) as typeof ModelFile
const { primerOfEvents, primers } = (await compiled('generation/primers.js')) as typeof Primers

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = process.argv[2] ?? join(root, 'site/dist')
const program = findChromium()
if (program === null) {
  console.log('skipped: no Chromium found (set CHROMIUM to its path)')
  process.exit(0)
}
if (!existsSync(join(folder, 'play/piano.mp3'))) await buildSite({ out: folder }, cliEffects())

const server = await serveFolder(folder, { port: 42_370, host: '127.0.0.1' })
const address = `http://127.0.0.1:${server.port}/play/`
const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] })
try {
  await javaScript(browser)
  await milliseconds(browser)
  await gaps(browser)
} finally {
  await browser.close()
  await server.close()
}

async function javaScript(browser: Browser): Promise<void> {
  const page = await browser.newPage()
  await page.goto(address, { waitUntil: 'networkidle' })
  const scripts = await page.evaluate(() =>
    (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
      .filter(({ name }) => name.endsWith('.js'))
      .map(({ name, encodedBodySize, decodedBodySize }) => ({ name, encodedBodySize, decodedBodySize })),
  )
  const sum = (key: 'encodedBodySize' | 'decodedBodySize'): number =>
    scripts.reduce((total, script) => total + script[key], 0)
  const sent = sum('encodedBodySize')
  console.log(
    `JavaScript before anything is done: ${sent} bytes sent (${(sent / MOST_JAVASCRIPT).toFixed(2)} of ${MOST_JAVASCRIPT}), ${sum('decodedBodySize')} unpacked, ${scripts.length} files`,
  )
  for (const { name, encodedBodySize, decodedBodySize } of scripts)
    console.log(
      `  ${String(encodedBodySize).padStart(7)} ${String(decodedBodySize).padStart(7)}  ${new URL(name).pathname}`,
    )
  await page.close()
}

/** The first melody of a fresh page, one more, and the same in Node; each while another melody would sound. */
async function milliseconds(browser: Browser): Promise<void> {
  const weights = join(root, 'report/results/checkpoints/2.2.safetensors')
  const times: Record<string, number[]> = { 'page, first melody': [], 'page, next one': [], Node: [] }
  for (let round = 0; round < ROUNDS; round++) {
    const page = await browser.newPage()
    await page.goto(`${address}#it=2.2&primer=major&seed=${round}&bars=${BARS}`)
    times['page, first melody']!.push(await millisecondsOf(page))
    await page.getByRole('button', { name: 'Play', exact: true }).click()
    await page.locator('play-desk[data-playing="true"]').waitFor()
    await page.locator('#play-seed').fill(String(1000 + round))
    await page.locator('#play-seed').press('Tab')
    await page.waitForFunction(
      (seed) => document.querySelector('#play-status')!.textContent.includes(seed),
      `seed ${1000 + round}`,
    )
    times['page, next one']!.push(await millisecondsOf(page))
    await page.close()
    times['Node']!.push(await inNode(weights, 1000 + round))
  }
  const node = median(times['Node']!)
  console.log(`\nMilliseconds an event, iteration 2.2, ${BARS} bars, medians of ${ROUNDS} interleaved rounds`)
  for (const [name, all] of Object.entries(times)) {
    const [middle, least, most] = [median(all), Math.min(...all), Math.max(...all)]
    const ratios = `${(middle / node).toFixed(2)} of Node's, ${(middle / MOST_MILLISECONDS).toFixed(2)} of the ${MOST_MILLISECONDS} allowed`
    console.log(`  ${name.padEnd(20)} ${middle.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)}): ${ratios}`)
  }
}

async function millisecondsOf(page: Page): Promise<number> {
  const desk = page.locator('play-desk[data-state="finished"]')
  await desk.waitFor()
  return Number(await desk.getAttribute('data-milliseconds-per-event'))
}

async function inNode(weights: string, seed: number): Promise<number> {
  const { model } = await openModelFile(weights)
  const recipe = { ...plainSampling, ...primerOfEvents(primers.major, true), totalSteps: BARS * 16, seed }
  const started = performance.now()
  await compose(model, recipe)
  // The likelihood at the end takes every step once more: two an event, where the page remembers the first.
  return (performance.now() - started) / recipe.totalSteps / 2
}

async function gaps(browser: Browser): Promise<void> {
  const page = await browser.newPage()
  await page.addInitScript(() => {
    const contexts: AudioContext[] = []
    const waits = { longest: 0, last: 0 }
    Object.assign(window, { contexts, waits })
    window.AudioContext = class extends AudioContext {
      constructor(options?: AudioContextOptions) {
        super(options)
        contexts.push(this)
      }
    }
    setInterval(() => {
      const now = performance.now()
      if (waits.last > 0) waits.longest = Math.max(waits.longest, now - waits.last)
      waits.last = now
    }, 50)
  })
  await page.goto(`${address}#${LONG}`)
  const started = performance.now()
  await page.getByRole('button', { name: 'Continue', exact: true }).click()
  await page.locator('play-desk[data-playing="true"]').waitFor()
  const soundAfter = performance.now() - started
  const clocks = (): Promise<{ sound: number; wall: number }> =>
    page.evaluate(() => {
      const { contexts } = window as unknown as { contexts: AudioContext[] }
      return { sound: contexts[0]!.currentTime, wall: performance.now() / 1000 }
    })
  const stateAtSound = await page.locator('play-desk').getAttribute('data-state')
  const before = await clocks()
  const finished = page.locator('play-desk[data-state="finished"]').waitFor({ timeout: SECONDS_OF_MUSIC * 1000 })
  const made = finished.then(() => (performance.now() - started) / 1000)
  const others = await makeAgainAndAgain(browser, SECONDS_OF_MUSIC)
  const after = await clocks()
  const [gaps, late] = await page
    .locator('play-desk')
    .evaluate((desk: HTMLElement) => [desk.dataset['gaps'], desk.dataset['late']])
  const longest = await page.evaluate(() => (window as unknown as { waits: { longest: number } }).waits.longest)
  const lag = after.wall - before.wall - (after.sound - before.sound)
  console.log(
    `\n${SECONDS_OF_MUSIC} s of music, 64 bars by eight beams, while a second page made ${others} more of them`,
  )
  console.log(
    `  sound ${(soundAfter / 1000).toFixed(2)} s after Continue (${stateAtSound}); the melody was whole after ${(await made).toFixed(1)} s`,
  )
  console.log(`  waits for events: ${gaps}; events scheduled too late: ${late}`)
  console.log(
    `  the sound's clock fell behind by ${(lag * 1000).toFixed(0)} ms; longest wait of a 50 ms timer: ${longest.toFixed(0)} ms of 1,600 scheduled ahead`,
  )
  await page.close()
}

/** Another page that makes such melodies one after the other for the given seconds, so that no core rests; returns how many. */
async function makeAgainAndAgain(browser: Browser, seconds: number): Promise<number> {
  const page = await browser.newPage()
  await page.goto(`${address}#${LONG}&it=2.1&seed=0`)
  const end = performance.now() + seconds * 1000
  let melodies = 0
  for (; performance.now() < end; melodies++) {
    await page.locator('play-desk[data-state="finished"]').waitFor()
    await page.getByRole('button', { name: 'Another seed' }).click()
  }
  await page.close()
  return melodies
}
