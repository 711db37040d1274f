import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/support/errors.ts'
import { systemProblem, systemReason } from '../../src/support/systemProblem.ts'

const refusal = (code: string, more: Record<string, unknown> = {}): Error =>
  Object.assign(new Error('x'), { code, ...more })

describe('what the system refuses', () => {
  it.each([
    [
      'ENOSPC',
      { path: '/d/a', syscall: 'open' },
      /^cannot write \/d\/a \(ENOSPC\), the disk is full: free some space$/,
    ],
    ['EDQUOT', { path: '/d/a', syscall: 'write' }, /^cannot write \/d\/a \(EDQUOT\), the quota is used up/],
    ['EROFS', { path: '/d', syscall: 'mkdir' }, /^cannot write \/d \(EROFS\), the file system is read-only/],
    ['EACCES', { path: '/d', syscall: 'mkdir' }, /^cannot make the folder \/d \(EACCES\), permission denied/],
    ['EISDIR', { path: '/d', syscall: 'read' }, /^cannot read \/d \(EISDIR\), it is a folder/],
  ])('%s is one line with path, reason and remedy', (code, more, line) => {
    expect(systemProblem(refusal(code, more))).toMatch(line)
  })

  it('has a reason for a sentence that gives its own remedy', () => {
    expect(systemReason('ENOSPC')).toBe('the disk is full, ENOSPC')
    expect(systemReason('EODD')).toBe('EODD')
  })

  it('names the file that was meant, not the temporary one', () => {
    const path = '/d/metrics.jsonl.3f2b8a1c-0000-4000-8000-123456789abc.tmp'
    expect(systemProblem(refusal('ENOSPC', { path }))).toContain('/d/metrics.jsonl (ENOSPC)')
  })

  it('is seen in what a library says', () => {
    const error = new Error('IO Error: Could not write file "/d/x.parquet": No space left on device\nmore')
    expect(systemProblem(error)).toMatch(/^the system refuses \(ENOSPC\), the disk is full: .*x\.parquet.*$/)
  })

  it('is of a real file too', async () => {
    const error = await readFile('/nowhere/at/all').catch((thrown: unknown) => thrown)
    expect(systemProblem(error)).toMatch(/^cannot open \/nowhere\/at\/all \(ENOENT\), there is no such file/)
  })

  it.each([
    new TypeError('x is not a function'),
    new UserError('wrong'),
    'text',
    null,
    refusal('ERR_INVALID_ARG_TYPE'),
  ])('is not %s, which keeps its stack', (error) => {
    expect(systemProblem(error)).toBeNull()
  })
})
