import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sha256, writeFileAtomic } from '../../src/support/files.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cantus-files-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('writeFileAtomic', () => {
  it('makes the folder, replaces the file and leaves nothing beside it', async () => {
    const path = join(folder, 'a/b/c.txt')
    await writeFileAtomic(path, 'one')
    await writeFileAtomic(path, 'two')
    expect(await readFile(path, 'utf8')).toBe('two')
    expect(await readdir(join(folder, 'a/b'))).toEqual(['c.txt'])
  })

  it('keeps the old file when the new one cannot be put in place', async () => {
    const path = join(folder, 'kept')
    await writeFileAtomic(join(path, 'inside'), 'x')
    await expect(writeFileAtomic(path, 'y')).rejects.toThrow()
    expect(await readFile(join(path, 'inside'), 'utf8')).toBe('x')
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })
})

describe('sha256', () => {
  it('is the known digest of the empty string', () => {
    expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })
})
