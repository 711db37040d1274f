// cantus doctor: what this machine and this checkout have, what is missing, and what to do about it. Works on a bare clone.
import { existsSync, readdirSync, statfsSync } from 'node:fs'
import { arch, availableParallelism, freemem, platform, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { isBuilt } from './setup/build.mjs'
import { findChromium } from './setup/chromium.mjs'
import { nativeProblem } from '../native/setup.mjs'
import { pinnedNodeVersion } from './setup/node.mjs'
import { packagesReady } from './setup/packages.mjs'
import { cacheFolder, firstCommand, readStamp, root, run, venvPython } from './setup/steps.mjs'

const help = `Usage: cantus doctor [--json]

Checks the machine and every part of the set-up, and says what to do about missing parts.
Exit status 0 when everything a run needs is there, 1 when something is missing.

  --json   one JSON object instead of the table
`
const remedy = 'npm run setup'
const gigabytes = (bytes) => `${(bytes / 2 ** 30).toFixed(1)} GB`

/** ok = fine; note = optional, or slower without; missing = required. */
const row = (part, state, found, todo = null) => ({ part, state, found, todo })

function machineRows() {
  const free = statfsSync(root)
  const disk = free.bavail * free.bsize
  return [
    row(
      'machine',
      'ok',
      `${platform()} ${release()} ${arch()}, ${availableParallelism()} cores, ${gigabytes(totalmem())} memory (${gigabytes(freemem())} free)`,
    ),
    disk > 3 * 2 ** 30
      ? row('disk', 'ok', `${gigabytes(disk)} free`)
      : row('disk', 'note', `${gigabytes(disk)} free`, 'a first set-up takes about 2.5 GB'),
    row(
      'host Node',
      Number(process.versions.node.split('.')[0]) >= 20 ? 'ok' : 'missing',
      process.version,
      'install Node 20 or newer',
    ),
  ]
}

async function packageRows() {
  const pinned = await pinnedNodeVersion()
  return [
    packagesReady()
      ? row('npm packages', 'ok', 'as in package-lock.json')
      : row('npm packages', 'missing', 'not as in package-lock.json', remedy),
    pinned === null ? row('pinned Node', 'missing', 'not installed', remedy) : row('pinned Node', 'ok', pinned),
    isBuilt()
      ? row('dist/', 'ok', 'up to date with src/')
      : row('dist/', 'note', 'older than src/', 'npm run build (every command does this by itself)'),
  ]
}

async function backendRow(pinned) {
  if (pinned === 'missing') return row('native backend', 'missing', 'needs the pinned Node', remedy)
  const problem = await nativeProblem()
  const route = readStamp('native')?.route ?? 'unknown'
  if (problem === null)
    return row('native backend', 'ok', `@tensorflow/tfjs-node 4.22.0 multiplies (installed by: ${route})`)
  return row(
    'native backend',
    'note',
    `${problem}; training runs on WASM, about 25 times slower`,
    'npm run setup -- --retry-native',
  )
}

async function pythonRows() {
  if (!existsSync(venvPython)) return [row('Python', 'missing', 'no .venv', remedy)]
  const versions = await run(venvPython, [
    '-c',
    'import sys, importlib.metadata as m; print(sys.version.split()[0], m.version("jupyterlab"), m.version("nbclient"))',
  ])
  if (versions.status !== 0) return [row('Python', 'missing', '.venv without Jupyter', remedy)]
  const [python, lab, client] = versions.output.trim().split(/\s+/)
  const kernels = await run(venvPython, ['-m', 'jupyter', 'kernelspec', 'list', '--json'])
  const kernel =
    kernels.status === 0 ? JSON.parse(kernels.output.slice(kernels.output.indexOf('{'))).kernelspecs.tslab : undefined
  return [
    row('Python', 'ok', `${python} in .venv, JupyterLab ${lab}, nbclient ${client}`),
    kernel ? row('tslab kernel', 'ok', 'installed in .venv') : row('tslab kernel', 'missing', 'not installed', remedy),
  ]
}

function compilerRow() {
  const compiler = process.env.CXX ?? firstCommand(['c++', 'g++', 'clang++'])
  if (compiler !== null) return row('C++ compiler', 'ok', compiler)
  return row('C++ compiler', 'note', 'none', 'on Linux the native backend needs one: apt install g++')
}

function chromiumRow() {
  const found = findChromium()
  if (found !== null) return row('Chromium', 'ok', found)
  return row(
    'Chromium',
    'note',
    'none; without it the PDF of the report, the browser tests and bench site are skipped',
    'apt install chromium, or set CHROMIUM to a program',
  )
}

const entries = (folder) => (existsSync(folder) ? readdirSync(folder) : [])

function dataRows() {
  const tunes = existsSync(join(root, 'data', 'raw', 'music21'))
  const runs = entries(join(root, 'data', 'runs')).flatMap((iteration) =>
    entries(join(root, 'data', 'runs', iteration)),
  )
  return [
    row(
      'embedded tunes',
      tunes ? 'ok' : 'note',
      tunes ? 'data/raw/music21' : 'not fetched',
      tunes ? null : 'cantus corpus fetch (20 MB; reproduce does this by itself)',
    ),
    row('runs', 'ok', `${runs.length} in data/runs`),
    row('cache', 'ok', cacheFolder),
  ]
}

function print(rows) {
  const width = Math.max(...rows.map(({ part }) => part.length))
  for (const { part, state, found, todo } of rows) {
    console.log(`${state.padEnd(7)}  ${part.padEnd(width)}  ${found}`)
    if (state !== 'ok' && todo !== null) console.log(`${' '.repeat(11 + width)}-> ${todo}`)
  }
}

/** Prints the report; resolves to the exit status. */
export async function doctor(args) {
  if (args.includes('--help') || args.includes('-h')) {
    console.log(help)
    return 0
  }
  const unknown = args.find((arg) => arg !== '--json')
  if (unknown !== undefined) {
    console.error(`cantus: unknown option '${unknown}' of doctor (it has --json and --help)`)
    return 2
  }
  const packages = await packageRows()
  const pinned = packages.find(({ part }) => part === 'pinned Node').state
  const rows = [
    ...machineRows(),
    ...packages,
    await backendRow(pinned),
    ...(await pythonRows()),
    compilerRow(),
    chromiumRow(),
    ...dataRows(),
  ]
  const complete = rows.every(({ state }) => state !== 'missing')
  if (args.includes('--json')) console.log(JSON.stringify({ complete, rows }))
  else print(rows)
  return complete ? 0 : 1
}
