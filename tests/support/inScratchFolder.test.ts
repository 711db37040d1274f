import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { inScratchFolder } from '../../src/support/inScratchFolder.ts'

it('hands out a folder that is gone after the work, also where that failed', async () => {
  const folders: string[] = []
  const work = async (folder: string): Promise<number> => {
    folders.push(folder)
    await writeFile(join(folder, 'a'), '')
    if (folders.length === 2) throw new Error('no')
    return 7
  }
  expect(await inScratchFolder('test', work)).toBe(7)
  await expect(inScratchFolder('test', work)).rejects.toThrow('no')
  expect(new Set(folders).size).toBe(2)
  expect(folders.map((folder) => existsSync(folder))).toEqual([false, false])
})
