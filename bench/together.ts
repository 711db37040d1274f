/**
 * Playing together: how well the recorder reads simulated players, and in Chromium how fast and how exactly a reply begins.
 * npm run bench together [FOLDER] [-- --keep]   (FOLDER: a finished site with the page; default: site/dist, built if missing)
 * Writes report/results/together.json; --keep only prints, --players leaves the page out. Keep the machine quiet for the page.
 */
import { existsSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Page } from 'playwright-core'
import { median } from 'simple-statistics'
import { buildSite } from '../site/build/buildSite.ts'
import { findChromium } from '../site/build/chromium.ts'
import { serveFolder } from '../site/build/serveFolder.ts'
import { PLAYER, simulatePlayers } from '../site/src/scripts/instrument/simulatedPlayers.ts'
import type * as TogetherReports from '../src/results/togetherReport.ts'
import type * as CliEffects from '../src/support/terminal/cliEffects.ts'

const SEED = 1
const PHRASES = 200
const TEMPOS = [60, 80, 100, 120, 140, 160, 180]
/** What must hold: the least share of right onsets up to a tempo, and of right lengths. */
const LEAST_ONSETS = [
  { upTo: 120, share: 0.98 },
  { upTo: 180, share: 0.9 },
]
const LEAST_LENGTHS = 0.95
const MOST_FIRST_EVENT_MS = 30
const MOST_BAR_LINE_MS = 20
const TURNS = 8

const compiled = (path: string): Promise<unknown> => import(new URL(`../dist/${path}`, import.meta.url).href)
const { cliEffects } = (await compiled('support/terminal/cliEffects.js')) as typeof CliEffects
const { togetherFile } = (await compiled('results/togetherReport.js')) as typeof TogetherReports

const root = fileURLToPath(new URL('..', import.meta.url))
const words = process.argv.slice(2)
const folder = words.find((word) => !word.startsWith('--')) ?? join(root, 'site/dist')

const verdict = (isMet: boolean): string => (isMet ? 'met' : 'MISSED')
const percent = (share: number): string => `${(100 * share).toFixed(1)}%`.padStart(6)

function measurePlayers(): TogetherReports.TogetherReport['players'] {
  console.log(
    `Simulated players: ${PHRASES} phrases of ${PLAYER.bars} bars per tempo, jitter ${PLAYER.jitterSeconds * 1000} ms`,
  )
  console.log('  beats per minute  calibrated  right onsets          right lengths')
  return [true, false].flatMap((isCalibrated) =>
    TEMPOS.map((beatsPerMinute) => {
      const report = simulatePlayers({ beatsPerMinute, phrases: PHRASES, seed: SEED + beatsPerMinute, isCalibrated })
      const least = LEAST_ONSETS.find(({ upTo }) => beatsPerMinute <= upTo)!.share
      const onsets = `${percent(report.rightOnsets)} (${percent(least)} ${verdict(report.rightOnsets >= least)})`
      const lengths = `${percent(report.rightLengths)} (${percent(LEAST_LENGTHS)} ${verdict(report.rightLengths >= LEAST_LENGTHS)})`
      console.log(
        `  ${String(beatsPerMinute).padStart(16)}  ${(isCalibrated ? 'yes' : 'no').padStart(10)}  ${onsets}  ${lengths}`,
      )
      return { ...report, isCalibrated }
    }),
  )
}

interface Start {
  readonly kind: string
  readonly when: number
  readonly now: number
}

/** Every sound that the page starts, with its time and the clock's at that moment. */
const watchStarts = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    const starts: Start[] = []
    Object.assign(window, { starts })
    for (const type of [OscillatorNode, AudioBufferSourceNode]) {
      const { start } = type.prototype
      type.prototype.start = function (this: AudioScheduledSourceNode, ...times: [number?]) {
        const [when = 0] = times
        const kind = this instanceof OscillatorNode && this.type === 'square' ? 'click' : 'note'
        starts.push({ kind, when, now: this.context.currentTime })
        start.apply(this, times)
      }
    }
  })

async function measurePage(address: string, page: Page): Promise<TogetherReports.TogetherPage> {
  await watchStarts(page)
  await page.goto(address)
  const desk = page.locator('play-together')
  await page.locator('.key[data-pitch="60"]').click()
  await page.locator('play-together[data-model="ready"][data-phase="idle"]').waitFor()
  const [firsts, lines] = [[] as number[], [] as number[]]
  let lateNotes = 0
  for (let turn = 0; turn < TURNS; turn++) {
    await page.evaluate(() => ((window as unknown as { starts: Start[] }).starts.length = 0))
    for (const pitch of [60, 64, 67]) {
      await page.locator(`.key[data-pitch="${pitch}"]`).click()
      await page.waitForTimeout(500)
    }
    await page.locator('play-together[data-phase="reply"]').waitFor()
    await page.locator('play-together[data-phase="idle"]').waitFor()
    firsts.push(Number(await desk.getAttribute('data-first-after')))
    const starts = await page.evaluate(() => (window as unknown as { starts: Start[] }).starts)
    const clicks = starts.filter(({ kind }) => kind === 'click').map(({ when }) => when)
    // The reply's notes are handed over before their time; those of the person are struck at once.
    const reply = starts.filter(({ kind, when, now }) => kind === 'note' && when > now)
    const [first] = reply
    if (first !== undefined) lines.push(Math.min(...clicks.map((click) => Math.abs(click - first.when))) * 1000)
    lateNotes = Number(await desk.getAttribute('data-late'))
  }
  const summary = (values: readonly number[]) => ({ median: median([...values]), most: Math.max(...values) })
  const iteration = await page.locator('#together-model').inputValue()
  const loadPerCore = (loadavg()[0] ?? 0) / availableParallelism()
  return { turns: TURNS, iteration, firstEventMs: summary(firsts), barLineMs: summary(lines), lateNotes, loadPerCore }
}

async function inBrowser(): Promise<TogetherReports.TogetherPage | null> {
  const program = findChromium()
  if (program === null) {
    console.log('skipped: no Chromium found (set CHROMIUM to its path)')
    return null
  }
  if (!existsSync(join(folder, 'play/piano.mp3'))) await buildSite({ out: folder }, cliEffects())
  const server = await serveFolder(folder, { port: 42_380, host: '127.0.0.1' })
  const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] })
  try {
    const measured = await measurePage(`http://127.0.0.1:${server.port}/play/`, await browser.newPage())
    const { firstEventMs: first, barLineMs: line } = measured
    console.log(
      `\nIn the page, ${TURNS} turns with ${measured.iteration}, load per core ${measured.loadPerCore.toFixed(1)}`,
    )
    console.log(
      `  reply’s first event after ${first.median.toFixed(1)} ms, at most ${first.most.toFixed(1)} (${MOST_FIRST_EVENT_MS} ${verdict(first.most <= MOST_FIRST_EVENT_MS)})`,
    )
    console.log(
      `  reply’s first note from the beat of the metronome ${line.median.toFixed(3)} ms, at most ${line.most.toFixed(3)} (${MOST_BAR_LINE_MS} ${verdict(line.most <= MOST_BAR_LINE_MS)})`,
    )
    console.log(`  notes handed over too late: ${measured.lateNotes}`)
    return measured
  } finally {
    await browser.close()
    await server.close()
  }
}

const players = measurePlayers()
const page = words.includes('--players') ? null : await inBrowser()
const player = {
  ...PLAYER,
  offsetSeconds: [...PLAYER.offsetSeconds],
  drift: [...PLAYER.drift],
  heldShare: [...PLAYER.heldShare],
}
if (!words.includes('--keep'))
  await togetherFile.write(root, { format: 'cantus-together-1', player, seed: SEED, players, page })
