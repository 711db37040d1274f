import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { executedFolder, runNotebooks, type ExecutedNotebook } from '../../src/notebook/runNotebooks.ts'
import { venvProgram } from '../../src/support/venvProgram.ts'
import { InterruptedError } from '../../src/support/errors.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { silentReporter } from '../../src/support/progress.ts'
import { often } from './often.ts'

const source = fileURLToPath(new URL('../notebooks/fixtures', import.meta.url))
const kernel = join(projectRoot, '.venv', 'share', 'jupyter', 'kernels', 'tslab', 'kernel.json')
const missing = !existsSync(kernel)
if (missing)
  console.warn('SKIPPED: tests of the notebook runner, for .venv has no tslab kernel (npm run setup makes it)')

let out = ''
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'cantus-notebooks-'))
})
afterAll(() => rm(out, { recursive: true, force: true }))

function run(name: string, cellSeconds = 120, signal = new AbortController().signal): Promise<ExecutedNotebook[]> {
  const folders = { root: join(out, name), data: join(out, name) }
  const effects = { reporter: silentReporter, signal, now: Date.now }
  return runNotebooks(
    { scale: 'smoke', names: [name], source, cellSeconds, idleSeconds: name === 'never-idle' ? 5 : 60, folders },
    effects,
  )
}

interface Cell {
  readonly execution_count: number | null
  readonly outputs: { readonly name?: string; readonly text?: string[] }[]
}
async function cells(name: string): Promise<Cell[]> {
  const text = await readFile(join(out, name, 'report', 'notebooks', `${name}.ipynb`), 'utf8')
  return (JSON.parse(text) as { cells: Cell[] }).cells
}
const printed = (cell: Cell | undefined): string => (cell?.outputs ?? []).flatMap(({ text }) => text ?? []).join('')

// Each case mostly waits for its kernel, so they run side by side.
describe.skipIf(missing).concurrent('runNotebooks', { timeout: 180_000 }, () => {
  it('executes a notebook and writes the copy with its outputs and counts', async ({ expect }) => {
    const [executed] = await run('fine')
    expect(executed?.path).toBe(join(executedFolder({ root: join(out, 'fine') }), 'fine.ipynb'))
    const [first, second] = await cells('fine')
    expect([printed(first), printed(second), first?.execution_count]).toEqual(['sum 3\n', '42\n', 1])
    expect(await readdir(join(out, 'fine', 'report', 'notebooks'))).toEqual(['fine.ipynb'])
  })

  it('imports the package by its name, with its types', async ({ expect }) => {
    await run('imports-cantus')
    expect((await cells('imports-cantus')).map(printed).join('')).toBe('notes 2\n')
  })

  it('loses nothing of a burst of output', async ({ expect }) => {
    await run('burst')
    const [burst] = await cells('burst')
    const lines = printed(burst).trimEnd().split('\n')
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([5000, 'line 1', 'line 5000'])
  })

  const failures: [string, RegExp][] = [
    [
      'throws',
      /^notebook throws, code cell 2 \(`throw new Error\('the fourth bar is missing'\)`\) failed: [^]*the fourth bar is missing/,
    ],
    ['does-not-compile', /code cell 1 \(`const step: number = 'one'`\) failed: 1:7 - Type 'string' is not assignable/],
    ['rejects-unseen', /code cell 1 \(`const lost = .*`\) left an unhandled rejection: Error: nobody waited for me/],
    ['throws-late', /code cell 1 \(`setTimeout\(.*`\) left an uncaught exception: Error: from a timer/],
    ['kernel-dies', /code cell 2 \(`process.exit\(0\)`\) lost its kernel/],
  ]
  // Each starts a kernel of its own: in `npm run test:slow`.
  const rare: [string, RegExp][] = [
    ['rejects-late', /code cell 1 \(`setTimeout\(.*`\) left an unhandled rejection: Error: after the last cell/],
    ['never-idle', /code cell 2 \(`import \* as jupyter .*`\) lost its kernel: .*lost idle status/],
  ]
  for (const [name, message] of [...failures, ...often([], rare)]) {
    it(`names notebook and cell: ${name}`, async ({ expect }) => {
      await expect(run(name)).rejects.toMatchObject({
        name: 'NotebookError',
        exitCode: 1,
        message: expect.stringMatching(message),
      })
    })
  }

  it('ends a cell that takes longer than it may', async ({ expect }) => {
    await expect(run('never-ends', 4)).rejects.toThrow(/code cell 2 \(`await new Promise.*`\) ran too long: .* 4 s/)
  })

  it('stops on a signal and takes the kernel along', async ({ expect }) => {
    const controller = new AbortController()
    const stopped = run('interrupted', 120, controller.signal)
    await expect.poll(() => kernelsOf('interrupted'), { timeout: 90_000, interval: 200 }).toBe(1)
    setTimeout(() => controller.abort(), 1500)
    await expect(stopped).rejects.toBeInstanceOf(InterruptedError)
    await expect.poll(() => kernelsOf('interrupted'), { timeout: 10_000 }).toBe(0)
  })

  it('names the choices when there is no such notebook', async ({ expect }) => {
    await expect(run('nine')).rejects.toThrow(/^no notebook nine: choose burst, /)
  })
})

/** How many kernels of a case are alive. */
function kernelsOf(name: string): number {
  const script =
    'import psutil,sys\n' +
    'print(sum(1 for p in psutil.process_iter(["environ","cmdline"]) if (p.info["environ"] or {}).get("CANTUS_OUT")==sys.argv[1]' +
    ' and any(part.endswith("kernel.mjs") for part in p.info["cmdline"] or [])))'
  const { stdout } = spawnSync(venvProgram('python'), ['-c', script, join(out, name)], { encoding: 'utf8' })
  return Number(stdout)
}
