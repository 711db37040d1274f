/**
 * Duets: the upper voices of held-out passages perform, with jitter, offset and drift, and the partner answers by each mode and clock;
 * the weight of the rules is chosen on validation passages. Then the page, in Chromium with sound.
 * npm run bench duet [MODEL] [-- --passages 200] [--scale full] [--minutes 3] [--pages 1] [--page | --no-page] [--keep]
 * MODEL: 3.3, a run of "cantus train --iteration 3.3", or its file. --page measures the page alone, --no-page leaves it out; --minutes 10
 * --pages 3 is more than 10,000 steps at 120 beats per minute. Writes report/results/duet.json beside what "cantus study duet" measured; --keep only
 * prints. Keep the machine quiet for the page.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { chromium } from 'playwright-core'
import { buildSite } from '../site/build/buildSite.ts'
import { findChromium } from '../site/build/chromium.ts'
import { serveFolder } from '../site/build/serveFolder.ts'
import { measurePage } from './duet/measurePage.ts'
import type * as Partners from '../src/duet/partner.ts'
import type * as Rules from '../src/config/duetModes.ts'
import type * as Reports from '../src/results/duetReport.ts'
import type * as Bench from '../src/study/voices/benchDuet.ts'
import type * as Imitation from '../src/study/voices/measureImitation.ts'
import type * as Opened from '../src/study/voices/openPartner.ts'
import type * as Voices from '../src/study/voices/openVoices.ts'
import type * as Passages from '../src/dataset/twoVoices.ts'
import type * as CliEffects from '../src/support/terminal/cliEffects.ts'
import type * as Files from '../src/support/files.ts'

const compiled = (path: string): Promise<unknown> => import(new URL(`../dist/${path}`, import.meta.url).href)
const { cliEffects } = (await compiled('support/terminal/cliEffects.js')) as typeof CliEffects
const { duetFile, EMPTY_DUET_REPORT } = (await compiled('results/duetReport.js')) as typeof Reports
const { adaptation, chooseLambda, freeDecodings, nearestDecoding, peoplesMeasures, playPassages } = (await compiled(
  'study/voices/benchDuet.js',
)) as typeof Bench
const { measureImitation } = (await compiled('study/voices/measureImitation.js')) as typeof Imitation
const { openPartner } = (await compiled('study/voices/openPartner.js')) as typeof Opened
const { openVoices } = (await compiled('study/voices/openVoices.js')) as typeof Voices
const { DUET_CLOCKS, DUET_SETTINGS } = (await compiled('duet/partner.js')) as typeof Partners
const { DUET_MODES } = (await compiled('config/duetModes.js')) as typeof Rules
const { sha256 } = (await compiled('support/files.js')) as typeof Files

setFlagsFromString('--expose-gc')
/** Collects what nobody holds any more. */
const collect = runInNewContext('gc') as () => void

const root = fileURLToPath(new URL('..', import.meta.url))
const folders = { root, data: `${root}data` }
const words = process.argv.slice(2)
const valueOf = (flag: string, usual: string): string => words[words.indexOf(flag) + 1] ?? usual
const given = (flag: string, usual: string): string => (words.includes(flag) ? valueOf(flag, usual) : usual)
const count = Number(given('--passages', '200'))
const scale = given('--scale', 'full') as 'smoke' | 'quick' | 'full'
const model = words.find((word, n) => !word.startsWith('--') && !words[n - 1]?.startsWith('--')) ?? '3.3'
const LAMBDAS = [0, 0.5, 1, 2, 4, 8]
const [minutes, pages] = [Number(given('--minutes', '3')), Number(given('--pages', '1'))]
/** At 120 beats per minute. */
const STEPS_PER_MINUTE = 480

const number = (value: number): string => (Number.isNaN(value) ? '   –' : value.toFixed(2).padStart(5))
const byHash = (passages: readonly Passages.TwoVoicePassage[]): Passages.TwoVoicePassage[] =>
  passages
    .map((passage) => ({ passage, rank: sha256(passage.id) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ passage }) => passage)

type Offline = Pick<
  Reports.DuetReport,
  'played' | 'frontier' | 'people' | 'adaptation' | 'decisionMs' | 'chosen' | 'imitation'
>

async function measureOffline(): Promise<Offline> {
  const { partner } = await openPartner(model, folders)
  const voices = await openVoices({ scale, folders }, cliEffects())
  const side = (wanted: string) => byHash(voices.passages.filter(({ split }) => split === wanted))
  const tested = side('test')
  const passages = tested.slice(0, count)
  const validation = side('validation').slice(0, Math.ceil(count / 2))
  console.log(`${passages.length} performers of ${voices.corpus}; the partner is ${model}`)
  console.log(
    'mode               clock      lambda  played  thirds  moves  delayed  out of mode  consonant  bits per note',
  )
  const play = (from: typeof passages, playing: Bench.Playing): Reports.DuetPlayed => {
    const row = playPassages(partner, from, playing)
    const { mode, clock, lambda, isPlayed, thirds, moves, delayedMoves, outOfMode, consonant, bitsPerNote } = row
    const measured = [thirds, moves, delayedMoves, outOfMode, consonant, bitsPerNote].map(number).join('   ')
    console.log(
      `${mode.padEnd(18)} ${clock.padEnd(10)} ${String(lambda).padEnd(6)}  ${(isPlayed ? 'yes' : 'no').padEnd(6)}  ${measured}`,
    )
    return row
  }
  const frontier = (from: typeof passages): Reports.DuetPlayed[] =>
    LAMBDAS.map((lambda) =>
      play(from, { settings: { mode: 'third-below', clock: 'at-once', lambda, ...decoding }, isPlayed: true }),
    )
  const decodings = freeDecodings(partner, validation, peoplesMeasures(side('validation')))
  for (const { temperature, topP, outside, distance } of decodings)
    console.log(
      `without rules, temperature ${temperature}, top-p ${topP}: ${outside} outside people's middle 80%, ${distance.toFixed(3)} from their medians`,
    )
  const { temperature, topP } = nearestDecoding(decodings)
  console.log(
    `nearest: ${temperature} and ${topP} (commands and page use ${DUET_SETTINGS.temperature} and ${DUET_SETTINGS.topP})`,
  )
  const decoding = { temperature, topP }
  const rows = frontier(validation)
  const chosen = { lambda: chooseLambda(rows), passages: validation.length, rows, decodings }
  console.log(
    `weight chosen on ${validation.length} validation passages: ${chosen.lambda} (commands and page use ${DUET_SETTINGS.lambda})`,
  )
  const settingsOf = (mode: (typeof DUET_MODES)[number]) => ({
    ...{ mode, lambda: mode === 'free' ? 0 : chosen.lambda, ...decoding },
  })
  const played = DUET_CLOCKS.flatMap((clock) =>
    DUET_MODES.map((mode) => play(passages, { settings: { ...settingsOf(mode), clock }, isPlayed: true })),
  )
  const exact = DUET_MODES.map((mode) =>
    play(passages, { settings: { ...settingsOf(mode), clock: 'at-once' }, isPlayed: false }),
  )
  const times: number[] = []
  for (const { upper, stepsPerBar } of passages.slice(0, 20)) {
    let state = partner.start({ grid: { stepsPerBar } })
    for (const event of upper) {
      const started = performance.now()
      state = partner.decide(state, event).state
      times.push(performance.now() - started)
    }
  }
  times.sort((a, b) => a - b)
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? NaN
  const decisionMs = { median: at(0.5), p99: at(0.99), steps: times.length }
  console.log(
    `a step: median ${decisionMs.median.toFixed(2)} ms, p99 ${decisionMs.p99.toFixed(2)} ms of ${decisionMs.steps} steps`,
  )
  const imitation = measureImitation(partner, { validation, test: passages })
  console.log(
    `a short-term model of the performer, weight ${imitation.weight}: ${imitation.loss.toFixed(4)} to ${imitation.mixed.toFixed(4)} nats per step on bars 9 and later`,
  )
  const adapted = adaptation(200)
  console.log(
    `adaptation: ${(100 * adapted.regret).toFixed(1)}% of the oracle lost (at most 25), a change found after ${adapted.found} bars (16)`,
  )
  return {
    ...{ played: [...played, ...exact], frontier: frontier(passages) },
    people: peoplesMeasures(tested),
    adaptation: adapted,
    imitation,
    decisionMs,
    chosen,
  }
}

async function measureInPage(): Promise<NonNullable<Reports.DuetReport['page']> | null> {
  const program = findChromium()
  if (program === null) {
    console.log('no Chromium: the page is left out')
    return null
  }
  const site = join(root, 'site/dist')
  if (!existsSync(join(site, 'play/index.html'))) await buildSite({ folders, out: site, base: '/' }, cliEffects())
  const server = await serveFolder(site, { port: 42_300, host: '127.0.0.1' })
  const browser = await chromium.launch({
    executablePath: program,
    args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
  })
  const measured = await measurePage(browser, `http://127.0.0.1:${server.port}/play/`, { minutes, pages })
  await browser.close()
  await server.close()
  const { decisionP99, answerP99, deadlines, missed, bytes, firstNoteSeconds, liveSources } = measured
  console.log(
    `page: decision p99 ${decisionP99.toFixed(2)} ms (5), key to start p99 ${answerP99.toFixed(2)} ms (15), ${missed} of ${deadlines} steps late (0), ` +
      `${(bytes / 1e6).toFixed(2)} MB (2.3), first note after ${firstNoteSeconds.toFixed(1)} s (30), ` +
      `at most ${liveSources.join(' and ')} sources of sound in the first and the last of ${minutes} minutes`,
  )
  const heapGrowthMb = await heapGrowth()
  console.log(`an hour of a fake clock needs ${heapGrowthMb.toFixed(2)} MB more than ten minutes (2)`)
  return { ...measured, heapGrowthMb }
}

/** Memory after collection at 60 minutes of a partner that plays with silence and notes in turn, less that at 10. */
async function heapGrowth(): Promise<number> {
  const { partner } = await openPartner(model, folders)
  let state = partner.start({ grid: { stepsPerBar: 16 } })
  const heap = (): number => {
    collect()
    return process.memoryUsage().heapUsed / 1e6
  }
  let early = NaN
  for (let step = 0; step < STEPS_PER_MINUTE * 60; step++) {
    state = partner.decide(state, step % 4 === 0 ? 60 + (step % 7) : -2).state
    if (step === STEPS_PER_MINUTE * 10) early = heap()
  }
  return heap() - early
}

const offline = words.includes('--page') ? {} : await measureOffline()
const page = words.includes('--no-page') ? null : await measureInPage()
if (!words.includes('--keep')) {
  const report = duetFile.read(root) ?? EMPTY_DUET_REPORT
  await duetFile.write(root, { ...report, ...offline, ...(page !== null && { page }) })
}
