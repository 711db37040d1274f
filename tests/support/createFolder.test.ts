import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFolder, FolderError } from '../../src/support/createFolder.ts'
import { SYSTEM_REFUSALS } from '../../src/support/systemProblem.ts'

let root = ''
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'cantus-folder-'))))
afterEach(() => rmSync(root, { recursive: true, force: true }))

const failure = (path: string): string => {
  try {
    createFolder(path)
  } catch (error) {
    expect(error).toBeInstanceOf(FolderError)
    return (error as FolderError).message
  }
  return 'created'
}

describe('createFolder', () => {
  it('creates a folder with its parents, and leaves one that is there', () => {
    for (const path of [join(root, 'a/b/c'), join(root, 'a'), root]) {
      createFolder(path)
      expect(statSync(path).isDirectory()).toBe(true)
    }
  })

  it('says in one line that a part of the path, or the folder itself, is a file', () => {
    writeFileSync(join(root, 'file'), '')
    expect(failure(join(root, 'file'))).toBe(
      `cannot write to ${join(root, 'file')} (there is a file of this name): move it away, or choose another name`,
    )
    expect(failure(join(root, 'file/inner'))).toContain('(part of the path is a file)')
  })

  it('has a reason and a remedy for whatever the system refuses', () => {
    for (const [code, { reason, remedy }] of Object.entries(SYSTEM_REFUSALS))
      expect(new FolderError('/d', code).message).toBe(`cannot write to /d (${reason}): ${remedy}`)
    expect(new FolderError('/d', 'EODD').message).toBe('cannot write to /d (EODD): choose another folder')
  })

  it('ends where a link leads nowhere', () => {
    symlinkSync(join(root, 'nowhere'), join(root, 'link'))
    expect(failure(join(root, 'link/inner'))).toMatch(/^cannot write to .* \(.+\): .+/)
  })

  it('ends where the system refuses every folder, with a parent that is there', () => {
    if (!existsSync('/proc/self')) return
    expect(failure('/proc/cantus/inner')).toMatch(/^cannot write to \/proc\/cantus\/inner \(.+\): .+/)
  })

  it('refuses a folder that nobody may write to', () => {
    chmodSync(root, 0o555)
    const mayAll = process.getuid?.() === 0 // root writes in spite of the mode
    expect(failure(join(root, 'a'))).toMatch(mayAll ? /^created$/ : /\(permission denied\)/)
    chmodSync(root, 0o755)
  })
})
