/**
 * How many real files can be a primer as they are: of each collection, a seeded choice of files in which `cantus melodies`
 * finds a melody, each read as `cantus generate --primer FILE --steps 256` reads it.
 * Build first, then: node bench/primers.ts [FOLDER [FILES [SEED]]]
 * Default: the folders of data/raw/shared, 40 files of each, seed 1. A collection is a folder that holds files itself.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type * as Compose from '../src/generation/compose.ts'
import type * as ScoreFormats from '../src/corpus/scoreFormat.ts'
import type * as Melodies from '../src/dataset/scoreToMelodies.ts'
import type * as Orders from '../src/generation/orders.ts'
import type * as Random from '../src/support/random.ts'
import type * as ReadPrimer from '../src/generation/readPrimer.ts'
import type * as ReadScore from '../src/score/readScore.ts'
import type * as Table from '../src/support/text/table.ts'
import type * as Progress from '../src/support/progress.ts'

const compiled = (path: string): Promise<unknown> => import(new URL(`../dist/${path}`, import.meta.url).href)
const { scoreFormat } = (await compiled('corpus/scoreFormat.js')) as typeof ScoreFormats
const { scoreToMelodies, DEFAULT_EXTRACTION } = (await compiled('dataset/scoreToMelodies.js')) as typeof Melodies
const { melodyMidi } = (await compiled('generation/compose.js')) as typeof Compose
const { orders } = (await compiled('generation/orders.js')) as typeof Orders
const { readPrimer } = (await compiled('generation/readPrimer.js')) as typeof ReadPrimer
const { readScore } = (await compiled('score/readScore.js')) as typeof ReadScore
const { mulberry32, seedFrom, shuffled } = (await compiled('support/random.js')) as typeof Random
const { silentReporter } = (await compiled('support/progress.js')) as typeof Progress
const { textTable } = (await compiled('support/text/table.js')) as typeof Table

const shared = fileURLToPath(new URL('../data/raw/shared', import.meta.url))
const [root = shared, most = '40', seed = '1'] = process.argv.slice(2)
/** As README's command has them. */
const TOTAL_STEPS = 256
/** What must succeed of each collection. */
const LEAST_SHARE = 0.9

if (!existsSync(root)) {
  console.log(`SKIPPED: there is no ${root} (name a folder of music)`)
  process.exit(0)
}

/** Files by the folder they lie in. */
function collections(): Map<string, string[]> {
  const found = new Map<string, string[]>()
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => scoreFormat(name.slice(name.lastIndexOf('/') + 1)) !== null)
    .sort()
  for (const name of names) {
    const path = join(root, name)
    const folder = relative(root, dirname(path)) || '.'
    found.set(folder, [...(found.get(folder) ?? []), path])
  }
  return found
}

function hasMelody(path: string): boolean {
  try {
    const parts = scoreToMelodies(readScore(readFileSync(path), path), DEFAULT_EXTRACTION)
    return parts.some(({ melodies }) => melodies.length > 0)
  } catch (error) {
    if (error instanceof Error) return false
    throw error
  }
}

/** The line a person would read, or null where the primer can be continued and written. */
async function refusal(path: string): Promise<string | null> {
  try {
    const { name, primer } = await readPrimer(path, { appendix: true }, silentReporter)
    orders(name, primer, 1, { seed: 1, iteration: '2.2', totalSteps: TOTAL_STEPS })
    melodyMidi(primer.conditionedOn, primer.qpm, primer.timeSignature)
    return null
  } catch (error) {
    if (error instanceof Error) return error.message.replace(path, 'FILE')
    throw error
  }
}

const rows: Record<string, string | number>[] = []
const reasons: string[] = []
let isShort = false
for (const [collection, paths] of collections()) {
  const mixed = shuffled(paths, mulberry32(seedFrom(Number(seed), collection)))
  const chosen: string[] = []
  let looked = 0
  for (const path of mixed) {
    if (chosen.length === Number(most)) break
    looked++
    if (hasMelody(path)) chosen.push(path)
  }
  let primers = 0
  for (const path of chosen) {
    const why = await refusal(path)
    if (why === null) primers++
    else reasons.push(`  ${relative(root, path)}: ${why}`)
  }
  isShort ||= primers < LEAST_SHARE * chosen.length
  const share = chosen.length === 0 ? '–' : `${Math.round((100 * primers) / chosen.length)}%`
  rows.push({ collection, files: paths.length, looked, melody: chosen.length, primer: primers, share })
}
console.log(textTable(rows))
if (reasons.length > 0) console.log(`\nNo primer:\n${reasons.join('\n')}`)
console.log(`\nat least ${LEAST_SHARE * 100}% of every collection: ${isShort ? 'NO' : 'yes'}`)
process.exitCode = isShort ? 1 : 0
