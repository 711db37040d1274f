import { hostname } from 'node:os'
import { describe, expect, it } from 'vitest'
import { isGone, parseHolder, thisProcess } from '../../src/training/lockHolder.ts'

const here = thisProcess(0)

describe('the holder of a lock', () => {
  it('is this process, by its number, machine and time', () => {
    expect(here).toMatchObject({ pid: process.pid, host: hostname(), since: '1970-01-01T00:00:00.000Z' })
    expect(parseHolder(JSON.stringify(here))).toEqual(here)
  })

  it('may leave out what older versions did not write', () => {
    expect(parseHolder('{"pid": 7, "host": "a"}')).toEqual({ pid: 7, host: 'a', since: '?', boot: null, started: null })
  })

  it('is nobody in a text that is cut short, and unknown in one that names none', () => {
    for (const text of ['', '{"pid": 7', 'null']) expect(parseHolder(text)).toBeNull()
    for (const text of ['{}', '{"pid": "7", "host": "a"}', '{"pid": 0, "host": "a"}', '[]', '7'])
      expect(parseHolder(text)).toBe('unknown')
  })
})

describe('isGone', () => {
  const parent = { ...here, pid: process.ppid, started: null }

  it('says nothing of other machines', () => expect(isGone({ ...here, host: 'elsewhere', pid: 1 }, false)).toBe(false))

  it('knows this process by what it holds', () => {
    expect(isGone(here, true)).toBe(false)
    expect(isGone(here, false)).toBe(true)
  })

  it('knows a process that runs, and one that does not', () => {
    expect(isGone(parent, false)).toBe(false)
    expect(isGone({ ...parent, pid: 2 ** 22 + 1 }, false)).toBe(true)
  })

  it.runIf(process.platform === 'linux')('knows one whose number was given to another, and an earlier boot', () => {
    expect(isGone({ ...parent, started: '1' }, false)).toBe(true)
    expect(isGone({ ...parent, boot: '00000000-0000-0000-0000-000000000000' }, false)).toBe(true)
  })
})
