import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lockStress } from '../e2e/lockStress.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cantus-lock-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

// A shorter version runs in tests/e2e.
describe('four processes that want a run at the same millisecond', () => {
  it.each([
    ['a lock that a killed process left', true],
    ['no lock', false],
  ])('with %s: one gets it, three are refused', async (_, stale) => {
    for (const said of await lockStress(folder, 300, stale))
      expect([...said].sort()).toEqual(['held', 'refused', 'refused', 'refused'])
  })
})
