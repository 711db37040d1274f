/**
 * Duets: the upper voices of held-out passages perform, with jitter, offset and drift, and the partner answers by each mode and clock.
 * npm run bench duet MODEL [-- --passages 200] [--scale full]   (MODEL: a run of "cantus train --iteration 3.3", or its file)
 * Writes report/results/duet.json beside what "cantus study duet" measured; --keep only prints.
 */
import { fileURLToPath } from 'node:url'
import type * as Partners from '../src/duet/partner.ts'
import type * as Rules from '../src/config/duetModes.ts'
import type * as Reports from '../src/results/duetReport.ts'
import type * as Bench from '../src/study/voices/benchDuet.ts'
import type * as Opened from '../src/study/voices/openPartner.ts'
import type * as Voices from '../src/study/voices/openVoices.ts'
import type * as CliEffects from '../src/support/terminal/cliEffects.ts'
import type * as Files from '../src/support/files.ts'

const compiled = (path: string): Promise<unknown> => import(new URL(`../dist/${path}`, import.meta.url).href)
const { cliEffects } = (await compiled('support/terminal/cliEffects.js')) as typeof CliEffects
const { duetFile, EMPTY_DUET_REPORT } = (await compiled('results/duetReport.js')) as typeof Reports
const { adaptation, peoplesMeasures, playPassages } = (await compiled('study/voices/benchDuet.js')) as typeof Bench
const { openPartner } = (await compiled('study/voices/openPartner.js')) as typeof Opened
const { openVoices } = (await compiled('study/voices/openVoices.js')) as typeof Voices
const { DUET_CLOCKS } = (await compiled('duet/partner.js')) as typeof Partners
const { DUET_MODES } = (await compiled('config/duetModes.js')) as typeof Rules
const { sha256 } = (await compiled('support/files.js')) as typeof Files

const root = fileURLToPath(new URL('..', import.meta.url))
const folders = { root, data: `${root}data` }
const words = process.argv.slice(2)
const valueOf = (flag: string, usual: string): string => words[words.indexOf(flag) + 1] ?? usual
const given = (flag: string, usual: string): string => (words.includes(flag) ? valueOf(flag, usual) : usual)
const count = Number(given('--passages', '200'))
const scale = given('--scale', 'full') as 'smoke' | 'quick' | 'full'
const model = words.find((word, n) => !word.startsWith('--') && !words[n - 1]?.startsWith('--')) ?? '3.3'
const LAMBDAS = [0, 0.5, 1, 2, 4, 8]

const { partner } = await openPartner(model, folders)
const voices = await openVoices({ scale, folders }, cliEffects())
const tested = voices.passages.filter(({ split }) => split === 'test')
const ranked = tested
  .map((passage) => ({ passage, rank: sha256(passage.id) }))
  .sort((a, b) => (a.rank < b.rank ? -1 : 1))
const passages = ranked.slice(0, count).map(({ passage }) => passage)
console.log(`${passages.length} performers of ${voices.corpus}; the partner is ${model}`)

const people = peoplesMeasures(tested)
const played: Reports.DuetPlayed[] = []
const number = (value: number): string => (Number.isNaN(value) ? '   –' : value.toFixed(2).padStart(5))
console.log(
  'mode               clock      lambda  played  thirds  moves  delayed  out of mode  consonant  bits per note',
)
const play = (playing: Bench.Playing): void => {
  const row = playPassages(partner, passages, playing)
  played.push(row)
  const { mode, clock, lambda, isPlayed, thirds, moves, delayedMoves, outOfMode, consonant, bitsPerNote } = row
  const measured = [thirds, moves, delayedMoves, outOfMode, consonant, bitsPerNote].map(number).join('   ')
  console.log(
    `${mode.padEnd(18)} ${clock.padEnd(10)} ${String(lambda).padEnd(6)}  ${(isPlayed ? 'yes' : 'no').padEnd(6)}  ${measured}`,
  )
}
for (const clock of DUET_CLOCKS)
  for (const mode of DUET_MODES) play({ settings: { mode, clock, lambda: mode === 'free' ? 0 : 4 }, isPlayed: true })
for (const lambda of LAMBDAS) play({ settings: { mode: 'third-below', clock: 'at-once', lambda }, isPlayed: false })

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
const decisionMs = {
  median: times[times.length >> 1]!,
  p99: times[Math.floor(times.length * 0.99)]!,
  steps: times.length,
}
console.log(
  `a decision: median ${decisionMs.median.toFixed(2)} ms, p99 ${decisionMs.p99.toFixed(2)} ms of ${decisionMs.steps} steps`,
)
const adapted = adaptation(200)
console.log(
  `adaptation: ${(100 * adapted.regret).toFixed(1)}% of the oracle lost (at most 25), a change found after ${adapted.found} bars (16)`,
)
if (!words.includes('--keep')) {
  const report = duetFile.read(root) ?? EMPTY_DUET_REPORT
  await duetFile.write(root, { ...report, played, people, adaptation: adapted, decisionMs })
}
