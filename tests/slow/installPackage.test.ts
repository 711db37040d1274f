import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveFolder } from '../../site/build/serveFolder.ts'
import { melodyMidi } from '../../src/generation/compose.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { findChromium } from '../site/chromium.ts'

const MOST_PACKED = 5e6
const MOST_INSTALLED = 250e6

const execute = promisify(execFile)
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'

/** Neither this project's npm settings nor its packages' programs: what a stranger's shell has. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|CANTUS_|NODE_PATH)/i.test(name)),
)

let folder = ''
const at = (...names: string[]): string => join(folder, ...names)

interface Ran {
  readonly stdout: string
  readonly stderr: string
}

/** A program in the folder; rejects with its output when it fails. */
const run = (program: string, ...args: string[]): Promise<Ran> =>
  execute(program, args, { cwd: folder, env: environment, maxBuffer: 1e8 })

const cantus = (...args: string[]): Promise<Ran> =>
  run(process.execPath, at('node_modules', 'cantus', 'bin', 'cantus.mjs'), ...args)

async function bytesBelow(path: string): Promise<number> {
  const names = await readdir(path, { recursive: true, withFileTypes: true })
  const sizes = names.filter((entry) => entry.isFile()).map((entry) => stat(join(entry.parentPath, entry.name)))
  return (await Promise.all(sizes)).reduce((sum, { size }) => sum + size, 0)
}

async function hasRegistry(): Promise<boolean> {
  try {
    await execute(npm, ['ping'], { cwd: tmpdir(), timeout: 30_000 })
    return true
  } catch (error) {
    console.warn(`SKIPPED: the package is not installed, npm ping fails: ${String(error).split('\n')[0]}`)
    return false
  }
}

/** Ten bars that walk up and down a scale, another way in each file. */
async function writeMusic(): Promise<void> {
  await mkdir(at('music'))
  const scale = [60, 62, 64, 65, 67, 69, 71, 72]
  for (let file = 0; file < 12; file++) {
    const events = Array.from({ length: 160 }, (_, n) => (n % 2 === 1 ? -2 : scale[(n * (file + 3) + (n >> 3)) % 8]!))
    await writeFile(at('music', `${file}.mid`), melodyMidi(events, 120))
  }
}

describe.skipIf(!(await hasRegistry()))('the package, installed into an empty folder', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cantus-package-'))
    await execute(process.execPath, ['scripts/prepack.mjs', '--pack', '--pack-destination', folder], {
      cwd: projectRoot,
    })
    const [packed] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'))
    await writeFile(at('package.json'), '{ "private": true, "type": "module" }')
    await run(npm, 'install', `./${packed}`, '--prefer-offline', '--ignore-scripts=false', '--no-audit', '--no-fund')
    await writeMusic()
  }, 600_000)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('is small, packed and installed, and brings no TensorFlow package', async () => {
    const [packed] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'))
    expect((await stat(at(packed!))).size).toBeLessThan(MOST_PACKED)
    const installed = await bytesBelow(at('node_modules'))
    console.log(`packed ${(await stat(at(packed!))).size} bytes, installed ${installed} bytes`)
    expect(installed).toBeLessThan(MOST_INSTALLED)
    expect(existsSync(at('node_modules', '@tensorflow'))).toBe(false)
    expect(existsSync(at('node_modules', 'cantus', 'src'))).toBe(false)
  })

  it('reads files: inspect, melodies, profile', async () => {
    expect((await cantus('inspect', 'music/0.mid')).stdout).toContain('1 score, 0 of them could not be read')
    expect((await cantus('melodies', 'music/0.mid')).stdout).toContain('1 melody in 1 score')
    expect((await cantus('profile', 'music/0.mid')).stdout).toContain('rhythm')
  })

  it('generates with models that come with it, and again from the sidecar', async () => {
    await cantus('generate', '2.1', '--primer', 'music/0.mid', '--steps', '96', '--out', 'made')
    const sidecar = (await readdir(at('made'))).find((name) => name.endsWith('.json'))!
    const before = await readFile(at('made', sidecar.replace('.json', '.mid')))
    await cantus('generate', '--from', join('made', sidecar), '--out', 'again.mid')
    expect(before.equals(await readFile(at('again.mid')))).toBe(true)
  })

  it('trains, transfers and exports on WebAssembly, with its data in ./cantus-data', async () => {
    const small = ['--corpus', 'music', '--scale', 'smoke']
    const { run: name } = JSON.parse((await cantus('train', ...small, '--steps', '2', '--json')).stdout) as {
      run: string
    }
    expect(existsSync(at('cantus-data', 'runs', '1', name, 'checkpoint.safetensors'))).toBe(true)
    const { stdout } = await cantus('transfer', '2.1', ...small, '--steps', '1', '--json')
    expect((JSON.parse(stdout) as { transfer: unknown[] }).transfer.length).toBeGreaterThan(0)
    await cantus('export', name, '--out', 'exported')
    expect(existsSync(at('exported', 'model.json'))).toBe(true)
  }, 600_000)

  it.each(['site', 'lab', 'notebooks'])('says in one line that cantus %s needs a checkout', async (command) => {
    const failed = (await cantus(command).catch((error: unknown) => error)) as Ran & { code: number }
    expect(failed.code).toBe(2)
    expect(failed.stderr.trim()).toMatch(/^cantus: .* works in a checkout of the repository only: .*$/)
  })

  it('has an API with types', async () => {
    await writeFile(
      at('five.ts'),
      `import { compose, DEFAULT_EXTRACTION, type NoteSequence, readMidi, scoreToMelodies, train } from 'cantus'
       const score: NoteSequence = readMidi(new Uint8Array())
       export const events: readonly number[][] = scoreToMelodies(score, DEFAULT_EXTRACTION).flatMap(({ melodies }) => melodies.map((melody) => [...melody.events]))
       // @ts-expect-error a run is a name
       export const run: Promise<number> = train({ iteration: '1', scale: 'smoke', corpus: [], style: [] }, null as never).then((made) => made.run)
       export { compose }`,
    )
    const types = ['--types', 'node', '--typeRoots', join(projectRoot, 'node_modules/@types')]
    const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', ...types]
    await run(process.execPath, join(projectRoot, 'node_modules/typescript/bin/tsc'), ...options, 'five.ts')
  })

  it('has an API in Node', async () => {
    const program = `import { readScore, loadModel, findModel, studyFolders, orders, primerOfEvents, compose } from 'cantus'
      const { model } = await loadModel(await findModel({ iteration: '1' }, studyFolders()))
      const [order] = orders('note', primerOfEvents([60], true), 1, { seed: 1, totalSteps: 32, iteration: '1' })
      const { events, midi } = await compose(model, order.recipe)
      console.log(events.length, readScore(midi, 'made.mid').notes.length > 0)`
    const { stdout } = await run(process.execPath, '--input-type=module', '--eval', program)
    expect(stdout.trim()).toBe('32 true')
  })

  it.skipIf(findChromium() === null)('has an API in a browser, bundled with Vite', async () => {
    await writeFile(at('index.html'), '<script type="module" src="./page.js"></script>')
    await writeFile(
      at('page.js'),
      `import { compose, createMelodyModel, decodeWeights, orders, primerOfEvents, readMidi } from 'cantus'
       import address from 'cantus/weights/2.1.safetensors?url'
       const { spec, weights } = decodeWeights(new Uint8Array(await (await fetch(address)).arrayBuffer()))
       const [order] = orders('note', primerOfEvents([60], true), 1, { seed: 1, totalSteps: 32, iteration: '2.1' })
       const { events, midi } = await compose(createMelodyModel(spec, weights), order.recipe)
       document.title = events.length + ' ' + (readMidi(midi).notes.length > 0)`,
    )
    await build({ root: folder, logLevel: 'error', build: { outDir: 'built', target: 'es2022' } })
    const server = await serveFolder(at('built'), { port: 4700, host: '127.0.0.1' })
    const browser = await chromium.launch({ executablePath: findChromium()! })
    try {
      const page = await browser.newPage()
      await page.goto(`http://127.0.0.1:${server.port}/`)
      await page.waitForFunction(() => document.title !== '', null, { timeout: 60_000 })
      expect(await page.title()).toBe('32 true')
    } finally {
      await browser.close()
      await server.close()
    }
  })
})
