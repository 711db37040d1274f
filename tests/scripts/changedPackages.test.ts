import { spawnSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { projectRoot } from '../../src/support/projectRoot.ts'

/** A checkout with the real scripts, one source file, a compiler that only copies it, and no packages. */
let checkout = ''
const at = (...names: string[]): string => join(checkout, ...names)

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(at(path)), { recursive: true })
  await writeFile(at(path), text)
}

beforeAll(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'cantus-checkout-'))
  for (const folder of ['scripts', 'native', 'bin'])
    await cp(join(projectRoot, folder), at(folder), { recursive: true })
  await write('src/cli/main.js', "console.log('ran')")
  for (const name of ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'])
    await write(name, '{}')
  await write('node_modules/typescript/bin/tsc', "require('node:fs').cpSync('src', 'dist', { recursive: true })")
  await mkdir(at('node_modules/node/bin'), { recursive: true })
  await symlink(process.execPath, at('node_modules/node/bin/node'))
  const { hashFiles, writeStamp } = (await import(pathToFileURL(at('scripts/setup/steps.mjs')).href)) as {
    hashFiles(...paths: string[]): string
    writeStamp(name: string, value: unknown): void
  }
  writeStamp('packages', { lock: hashFiles('package-lock.json', 'package.json') })
})
afterAll(() => rm(checkout, { recursive: true, force: true }))

function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(
    process.execPath,
    args.map((arg) => (arg.endsWith('.mjs') ? at(arg) : arg)),
    { encoding: 'utf8' },
  )
}

describe('a command that installs nothing', () => {
  it('compiles and runs while the packages are those of the lockfile', () => {
    expect(run('bin/cantus.mjs', 'train')).toMatchObject({ status: 0, stdout: 'ran\n' })
    expect(run('scripts/build.mjs')).toMatchObject({ status: 0, stderr: '' })
  })

  it('also where the lockfile changed, and asks for the same packages', async () => {
    await write('node_modules/.package-lock.json', '{"packages": {"node_modules/a": {"version": "1.0.0"}}}')
    const packages = {
      '': { version: '0.2.0' },
      'node_modules/a': { version: '1.0.0', dev: true },
      'node_modules/of-another-platform': { version: '2.0.0', optional: true },
    }
    await write('package-lock.json', JSON.stringify({ packages }))
    expect(run('bin/cantus.mjs', 'train')).toMatchObject({ status: 0, stdout: 'ran\n' })
  })

  it.each([['bin/cantus.mjs', 'train'], ['bin/cantus.mjs', 'reproduce', '--help'], ['scripts/build.mjs']])(
    'says in one line that they changed, and what installs them: %s %s',
    async (...args) => {
      await write('package-lock.json', '{"packages": {"node_modules/a": {"version": "1.0.1"}}}')
      const { status, stdout, stderr } = run(...args)
      expect([status, stdout]).toEqual([1, ''])
      expect(stderr).toBe('cantus: package-lock.json changed since the last set-up: run npm run setup\n')
    },
  )
})
