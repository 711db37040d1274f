/**
 * Playing together: how well the recorder reads simulated players, and in Chromium how fast and how exactly a reply begins.
 * npm run bench together [FOLDER] [-- --keep]   (FOLDER: a finished site with the page; default: site/dist, built if missing)
 * Writes report/results/together.json; --keep only prints, --players leaves the page out, --minutes=1 plays in turns for so long
 * instead of 10 minutes, --controls measures control at generation alone and leaves the rest of the file as it is. Keep the machine
 * quiet for the page.
 */
import { existsSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium } from 'playwright-core'
import { buildSite } from '../site/build/buildSite.ts'
import { findChromium } from '../site/build/chromium.ts'
import { serveFolder } from '../site/build/serveFolder.ts'
import { PLAYER, simulatePlayers } from '../site/src/scripts/instrument/simulatedPlayers.ts'
import { TOGETHER_AIMS as AIMS } from '../src/results/togetherAims.ts'
import type * as TogetherReports from '../src/results/togetherReport.ts'
import type * as CliEffects from '../src/support/terminal/cliEffects.ts'
import { measureGaps } from './together/measureGaps.ts'
import { measureHum } from './together/measureHum.ts'
import { measureTurns, type Spread } from './together/measureTurns.ts'
import { measureVisit } from './together/measureVisit.ts'
import { watchPage } from './together/watchPage.ts'

const SEED = 1
const PHRASES = 200
const TEMPOS = [60, 80, 100, 120, 140, 160, 180]
const TURNS = 12
const MINUTES = 10

const compiled = (path: string): Promise<unknown> => import(new URL(`../dist/${path}`, import.meta.url).href)
const { cliEffects } = (await compiled('support/terminal/cliEffects.js')) as typeof CliEffects
const { togetherFile } = (await compiled('results/togetherReport.js')) as typeof TogetherReports

const root = fileURLToPath(new URL('..', import.meta.url))
const words = process.argv.slice(2)
const minutes = Number(words.find((word) => word.startsWith('--minutes='))?.split('=')[1] ?? MINUTES)
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
      const least = AIMS.onsets.find(({ upTo }) => beatsPerMinute <= upTo)!.share
      const onsets = `${percent(report.rightOnsets)} (${percent(least)} ${verdict(report.rightOnsets >= least)})`
      const lengths = `${percent(report.rightLengths)} (${percent(AIMS.lengths)} ${verdict(report.rightLengths >= AIMS.lengths)})`
      console.log(
        `  ${String(beatsPerMinute).padStart(16)}  ${(isCalibrated ? 'yes' : 'no').padStart(10)}  ${onsets}  ${lengths}`,
      )
      return { ...report, isCalibrated }
    }),
  )
}

async function measurePage(address: string, browser: Browser): Promise<Omit<TogetherReports.TogetherPage, 'hum'>> {
  const visit = await measureVisit(browser, address)
  const page = await browser.newPage({ bypassCSP: true })
  await watchPage(page)
  await page.goto(address)
  const desk = page.locator('play-together')
  await page.locator('.key[data-pitch="60"]').click()
  await page.locator('play-together[data-model="ready"][data-phase="idle"]').waitFor({ timeout: 60_000 })
  await page.locator('.drawer summary:visible').first().click()
  await desk.locator('[data-do="midi"]').click()
  await page.locator('#together-output').selectOption('out')
  const turns = await measureTurns(page, TURNS)
  const gaps = await measureGaps(page, minutes)
  const iteration = await page.locator('#together-model').inputValue()
  const lateNotes = Number(await desk.getAttribute('data-late'))
  await page.close()
  const loadPerCore = (loadavg()[0] ?? 0) / availableParallelism()
  return { turns: TURNS, iteration, ...turns, lateNotes, gaps, visit, loadPerCore }
}

async function inBrowser(): Promise<TogetherReports.TogetherPage | null> {
  const program = findChromium()
  if (program === null) {
    console.log('skipped: no Chromium found (set CHROMIUM to its path)')
    return null
  }
  if (!existsSync(join(folder, 'play/piano.mp3'))) await buildSite({ out: folder }, cliEffects())
  const server = await serveFolder(folder, { port: 42_380, host: '127.0.0.1' })
  const address = `http://127.0.0.1:${server.port}/play/`
  const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] })
  try {
    const measured = { ...(await measurePage(address, browser)), hum: await measureHum(program, address) }
    showPage(measured)
    return measured
  } finally {
    await browser.close()
    await server.close()
  }
}

function showPage(page: TogetherReports.TogetherPage): void {
  const { firstEventMs, barLineMs, midiOutMs, gaps, visit, hum } = page
  console.log(`\nIn the page, ${page.turns} turns with ${page.iteration}, load per core ${page.loadPerCore.toFixed(1)}`)
  const row = (what: string, { median, most }: Spread, allowed: number): void =>
    console.log(
      `  ${what} ${median.toFixed(2)} ms, at most ${most.toFixed(2)} (${allowed} ${verdict(most <= allowed)})`,
    )
  row('reply’s first event after', firstEventMs, AIMS.firstEventMs)
  row('reply’s first note from the bar line of the metronome', barLineMs, AIMS.barLineMs)
  row('MIDI messages from their notes', midiOutMs, AIMS.midiOutMs)
  console.log(`  notes handed over too late: ${page.lateNotes}`)
  console.log(
    `  gaps in ${gaps.minutes} minutes of ${gaps.calls} calls, ${gaps.notes} notes of the partner: ${gaps.silences} silences, ${gaps.lags} lags of the audio clock (0 ${verdict(gaps.silences + gaps.lags === 0)}); at most ${gaps.mostLagMs.toFixed(0)} ms behind`,
  )
  const most = (what: string, value: number, allowed: number): void =>
    console.log(
      `  ${what} ${value.toLocaleString('en')} (${allowed.toLocaleString('en')} ${verdict(value <= allowed)})`,
    )
  most('bytes of JavaScript before the first touch', visit.scriptBytes, AIMS.scriptBytes)
  most('bytes up to the first reply', visit.bytesToReply, AIMS.bytesToReply)
  most('seconds from opening to a reply', Number(visit.secondsToReply.toFixed(1)), AIMS.secondsToReply)
  const right = hum.right / Math.max(hum.notes, hum.heard)
  console.log(
    `  pitches of ${hum.melodies} sung melodies heard right: ${percent(right)} of ${hum.notes} (${percent(AIMS.pitches)} ${verdict(right >= AIMS.pitches)})`,
  )
}

const before = togetherFile.read(root)
if (words.includes('--controls')) {
  const { measureControls } = await import('./together/controls.ts')
  const controls = await measureControls(root)
  if (before === null) throw new Error('no report/results/together.json yet: run npm run bench together first')
  if (!words.includes('--keep')) await togetherFile.write(root, { ...before, controls })
  process.exit()
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
  await togetherFile.write(root, {
    ...{ format: 'cantus-together-1', player, seed: SEED, players, page },
    ...(before?.controls === undefined ? {} : { controls: before.controls }),
  })
