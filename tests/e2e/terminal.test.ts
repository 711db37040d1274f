import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { iteration1 } from '../../src/config/iteration1.ts'
import { cantus } from './cantus.ts'

/** Sets the window's title, turns the text red, clears the screen, overwrites the line, turns the writing direction. */
const HOSTILE = '\u001b]0;OWNED\u0007\u001b[31m\u009b2J\r\u202e'
// eslint-disable-next-line no-control-regex
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/

let folder = ''
const music = (name: string): string => join(folder, 'music', name)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cantus-terminal-'))
  await mkdir(join(folder, 'music'))
  const tune = (x: string, m = '4/4'): string =>
    `X:${x}\nT:A${HOSTILE}B\nM:${m}\nL:1/8\nK:C\nCDEF GABc|cBAG FEDC|CDEF GABc|cBAG FEDC|CEGc GECE|GcGE CEGc|CDEF GABc|cBAG FEDC|\n\n`
  await writeFile(music('book.abc'), tune('1') + tune(`${HOSTILE}2`))
  await writeFile(music('field.abc'), tune('1', `0${HOSTILE}`))
  await writeFile(music(`name${HOSTILE}\nline.abc`), tune('1'))
  await writeFile(music(`bad${HOSTILE}\nline.mid`), 'this is not a MIDI file')
  const run = join(folder, 'data', 'runs', '1', `run${HOSTILE}\nline`)
  await mkdir(run, { recursive: true })
  await writeFile(join(run, 'config.json'), JSON.stringify(iteration1))
  await chmod(run, 0o755)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const environment = (): NodeJS.ProcessEnv => ({ CANTUS_OUT: join(folder, 'out'), CANTUS_DATA: join(folder, 'data') })

describe('what files hold', () => {
  it.each([
    ['inspect', () => ['inspect', join(folder, 'music')]],
    ['inspect of no file', () => ['inspect', music(`none${HOSTILE}.mid`)]],
    ['melodies', () => ['melodies', join(folder, 'music')]],
    ['corpus explain', () => ['corpus', 'explain', music('book.abc')]],
    ['corpus explain of a field', () => ['corpus', 'explain', music('field.abc')]],
    ['corpus build', () => ['corpus', 'build', '--corpus', join(folder, 'music'), '--threads', '1']],
    ['runs', () => ['runs']],
    ['generate of no model', () => ['generate', `no${HOSTILE}model`]],
    ['generate with a primer', () => ['generate', '1', '--primer', music('book.abc'), '--steps', '200']],
    ['generate from a file', () => ['generate', '--from', music(`bad${HOSTILE}\nline.mid`)]],
    ['an unknown option', () => ['inspect', `--no${HOSTILE}`]],
    ['an unknown command', () => [`no${HOSTILE}`]],
  ])('is shown and not obeyed by %s', async (_, args) => {
    const { stdout, stderr } = await cantus(args(), environment())
    expect(stdout + stderr).not.toBe('')
    expect(stdout).not.toMatch(OBEYED)
    expect(stderr).not.toMatch(OBEYED)
    expect(stdout + stderr, 'no name makes a line of its own').not.toMatch(/^line/m)
    expect(stderr).not.toMatch(/\n\s+at /)
  })

  it.each(['inspect', 'melodies', 'runs'])('comes whole out of %s --json', async (command) => {
    const paths = command === 'runs' ? [] : [join(folder, 'music')]
    const { stdout } = await cantus([command, '--json', ...paths], environment())
    expect(stdout).not.toMatch(OBEYED)
    const values = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown)
    const text = JSON.stringify(values)
    expect(text).toContain(JSON.stringify(`${HOSTILE}\nline`).slice(1, -1))
  })
})
