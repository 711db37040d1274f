#!/usr/bin/env node
// npm run coverage: the unit tests, the goldens and the end-to-end tests, and what of each station of src/ they run, against
// a floor. `npm run coverage -- --project=unit tests/score` runs part of it, `--keep` adds to what the runs before have gathered, and
// `--only-report` runs nothing and counts what was gathered.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { mergeProcessCovs } from '@bcoe/v8-coverage'
import { vitest } from './check.mjs'
import { mergedCoverage, sourceFiles, stationCounts } from './stations/stationCounts.mjs'
import { runPinned } from './runPinned.mjs'
import { exitOnSetupError, setup } from './setup.mjs'
import { root } from './setup/steps.mjs'

/** Least share of the branches that some test must run, in percent. The stations from score to tuner: 85; study: 75. */
const FLOORS = {
  score: 85,
  melody: 85,
  corpus: 85,
  dataset: 85,
  model: 85,
  training: 85,
  generation: 85,
  evaluation: 85,
  tuner: 85,
  study: 75,
}

const folder = join(root, 'data', 'coverage')
const gathered = join(folder, 'gathered.json')
const PROJECTS = ['unit', 'goldens', 'e2e']

async function runTests(projects, filters) {
  const raw = join(folder, 'raw')
  mkdirSync(raw, { recursive: true })
  const hook = pathToFileURL(join(root, 'scripts', 'stations', 'readSources.mjs')).href
  const env = { NODE_V8_COVERAGE: raw, NODE_OPTIONS: `--import=${hook} --disable-warning=ExperimentalWarning` }
  const names = projects.map((name) => `--project=${name}`)
  return runPinned(vitest(...names, ...filters, '--retry=1', '--experimental.viteModuleRunner=false'), {
    cwd: root,
    env,
  })
}

/** What was gathered before, with what the last run left. */
function gather(files) {
  const sources = new Set(files.map(({ url }) => url))
  const fresh = [...mergedCoverage(join(folder, 'raw'), sources).values()]
  const merged = mergeProcessCovs([readGathered(), { result: fresh }])
  writeFileSync(gathered, JSON.stringify(merged))
  return new Map(merged.result.map((script) => [script.url, script]))
}

function readGathered() {
  try {
    return JSON.parse(readFileSync(gathered, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return { result: [] }
    throw error
  }
}

const percent = (part, whole) => (whole === 0 ? 100 : (100 * part) / whole)
const shown = (value) => `${value.toFixed(1).padStart(5)}%`

/** Prints a row per station; one line for each that lies below its floor. */
function report(stations) {
  console.log(`\n${'station'.padEnd(12)} files  statements  branches  floor`)
  const below = []
  for (const [name, { files, branches, branchesRun, statements, statementsRun }] of [...stations].sort()) {
    const share = percent(branchesRun, branches)
    const floor = FLOORS[name]
    const cells = [String(files.length).padStart(5), shown(percent(statementsRun, statements)).padStart(11)]
    console.log(`${name.padEnd(12)} ${cells.join(' ')}   ${shown(share)}  ${floor === undefined ? '' : `${floor}%`}`)
    if (floor !== undefined && share < floor)
      below.push(`coverage: station ${name} has ${share.toFixed(1)}% of its branches run, its floor is ${floor}%`)
  }
  for (const line of below) console.error(line)
  return below.length === 0 ? 0 : 1
}

await exitOnSetupError(async () => {
  await setup()
  const args = process.argv.slice(2)
  const named = args.flatMap((each) => /^--project=(.+)$/.exec(each)?.slice(1) ?? [])
  const filters = args.filter((each) => !each.startsWith('--'))
  if (!args.includes('--keep') && !args.includes('--only-report')) rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(folder, 'raw'), { recursive: true })
  const status = args.includes('--only-report') ? 0 : await runTests(named.length > 0 ? named : PROJECTS, filters)
  const files = sourceFiles(root)
  const stations = await stationCounts(files, gather(files))
  const floors = report(stations)
  if (args.includes('--files'))
    for (const { files: each } of stations.values())
      for (const { path, branches, branchesRun } of each)
        console.log(
          `${shown(percent(branchesRun, branches))} ${branches - branchesRun} missed  ${path.slice(root.length)}`,
        )
  process.exit(status === 0 ? floors : status)
})
