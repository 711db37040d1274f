import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cantus } from './cantus.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cantus-bad-'))
  await mkdir(join(folder, 'empty'))
  await mkdir(join(folder, 'broken'))
  await writeFile(join(folder, 'broken', 'a.mid'), 'this is not a MIDI file')
  await writeFile(join(folder, 'weights.safetensors'), 'nor is this a checkpoint')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const environment = (): NodeJS.ProcessEnv => ({ CANTUS_OUT: join(folder, 'out'), CANTUS_DATA: join(folder, 'data') })

/** Command line; what its one line must name. `@` stands for the test's folder. */
const table: [string, RegExp][] = [
  ['reproduce --scale huge', /huge.*smoke, quick, full/s],
  ['reproduce --iteration 3', /'3'.*1, 2\.1, 2\.2, 3\.1, 3\.2, all/s],
  ['reproduce --seed -1', /-1.*whole number/s],
  ['reproduce --scale smoke --corpus @/nowhere', /nowhere/],
  ['reproduce --scale smoke --corpus @/empty', /empty/],
  ['reproduce --scale smoke --corpus @/broken', /iteration 1|no .*melod/],
  ['reproduce --nonsense', /nonsense/],
  ['nonsense', /nonsense/],
  ['generate --iteration 1', /iteration.*1|1.*iteration/i],
  ['generate --checkpoint @/weights.safetensors', /weights\.safetensors/],
  ['generate --checkpoint @/none.safetensors', /none\.safetensors/],
  ['generate --from @/none.json', /none\.json/],
  ['melodies --min-bars x @/broken/a.mid', /x/],
  ['tensorboard @/empty', /no curves in .*empty: name a run/],
  ['tensorboard @/nowhere', /no folder .*nowhere/],
]

describe('a wrong command line', () => {
  it.each(table)('%s', async (line, expected) => {
    const args = line.split(' ').map((word) => word.replace('@', folder))
    const { status, stdout, stderr } = await cantus(args, environment())
    expect(status).not.toBe(0)
    expect(status).not.toBeNull()
    expect(stderr).toMatch(expected)
    expect(stderr, 'no stack').not.toMatch(/\n\s+at /)
    expect(stdout).toBe('')
    expect(existsSync(join(folder, 'out'))).toBe(false)
  })
})

describe('a file that is not music', () => {
  it.each(['inspect', 'melodies'])('is a line of %s, and the exit status is 0', async (command) => {
    const { status, stdout } = await cantus([command, '--json', join(folder, 'broken', 'a.mid')])
    expect(status).toBe(0)
    const line = JSON.parse(stdout) as { ok: boolean; error: { name: string } }
    expect(line).toMatchObject({ ok: false, error: { name: 'MidiConversionError' } })
  })
})

describe('corpus explain', () => {
  it('says why a file is unreadable, and exits with 1', async () => {
    const { status, stdout } = await cantus(['corpus', 'explain', join(folder, 'broken', 'a.mid')])
    expect(stdout).toContain('cannot be read: no MIDI file')
    expect(status).toBe(1)
  })
})

describe('--help', () => {
  const commands = ['reproduce', 'corpus', 'inspect', 'melodies', 'generate', 'notebooks', 'lab', 'site']
  it.each(commands)('of %s describes it', async (command) => {
    const { status, stdout } = await cantus([command, '--help'])
    expect(status).toBe(0)
    expect(stdout).toMatch(new RegExp(`Usage: cantus ${command}`))
    expect(await readdir(folder)).not.toContain('out')
  })
})
