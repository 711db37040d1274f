/**
 * Seconds and memory of the musical evaluation: the index of training melodies, its queries, and the measures of a piece.
 * Build first, then: node bench/music.ts [CORPUS…]   (folders or names of corpora; default: the embedded tunes)
 * Melodies are repeated upside down and backwards until there are 72,000, so that the index has as many as the target says.
 * Prints ratios to the sorting of as many numbers, since seconds differ from machine to machine.
 */
import { median } from 'simple-statistics'
import type * as Metrics from '../src/evaluation/musical/metrics.ts'
import type * as Piece from '../src/evaluation/musical/piece.ts'
import type * as Stretch from '../src/dataset/sharedStretch.ts'
import type * as Reproduce from '../src/study/reproduce.ts'
import type * as CliEffects from '../src/support/terminal/cliEffects.ts'

const MELODIES = 72_000
const PIECES = 300
const ROUNDS = 3

const compiled = (path: string): Promise<unknown> => import(new URL(`../dist/${path}`, import.meta.url).href)
const { METRICS, measurePiece, tonicOf } = (await compiled('evaluation/musical/metrics.js')) as typeof Metrics
const { pieceOf } = (await compiled('evaluation/musical/piece.js')) as typeof Piece
const { stretchIndex } = (await compiled('dataset/sharedStretch.js')) as typeof Stretch
const { openIteration } = (await compiled('study/reproduce.js')) as typeof Reproduce
const { cliEffects } = (await compiled('support/terminal/cliEffects.js')) as typeof CliEffects

const corpus = process.argv.slice(2)
const scale = corpus.length > 0 ? 'full' : 'quick'
const { part } = await openIteration({ iteration: '2.1', scale, corpus }, cliEffects())
const own = [...part.train, ...part.validation, ...part.test].map(({ events }) => events)
const upsideDown = (events: readonly number[]): number[] => events.map((event) => (event < 0 ? event : 127 - event))
const melodies = Array.from({ length: MELODIES }, (_, n) => {
  const events = own[n % own.length]!
  const turn = Math.floor(n / own.length)
  const turned = turn % 2 === 0 ? [...events] : upsideDown(events)
  return turn % 4 < 2 ? turned : turned.reverse()
})
const pieces = part.test.slice(0, PIECES).map(({ events }) => events.slice(0, 128))

function seconds(action: () => void): number {
  const started = process.hrtime.bigint()
  action()
  return Number(process.hrtime.bigint() - started) / 1e9
}

let index = stretchIndex(melodies.slice(0, 1))
const jobs: Record<string, () => void> = {
  'sort as many numbers': () => void Float64Array.from({ length: index.tokens || 4e6 }, (_, n) => Math.sin(n)).sort(),
  'index of 72,000 melodies': () => void (index = stretchIndex(melodies)),
  [`${pieces.length} queries`]: () => pieces.forEach((events) => index.longest(events)),
  [`${METRICS.length} metrics of ${pieces.length} pieces`]: () => {
    for (const events of pieces) {
      const piece = pieceOf(events)
      measurePiece(piece, { tonic: tonicOf(piece), primer: null })
    }
  },
}
const times = new Map(Object.keys(jobs).map((name) => [name, [] as number[]]))
jobs['index of 72,000 melodies']!()
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, job] of Object.entries(jobs)) times.get(name)!.push(seconds(job))
}
const base = median(times.get('sort as many numbers')!)
for (const [name, measured] of times) {
  console.log(
    `${name.padEnd(34)} ${median(measured).toFixed(3).padStart(8)} s  ${(median(measured) / base).toFixed(2)} x`,
  )
}
console.log(
  `${index.tokens.toLocaleString('en')} moves in the index; ${Math.round(process.resourceUsage().maxRSS / 1024)} MB at most, all melodies and the data set included`,
)
