import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { ResultFile } from '../../src/results/resultFile.ts'
import { PAGES } from '../../site/src/lib/pages.ts'

vi.mock('../../src/results/publishedResults.ts', async (original) => ({
  ...(await original<object>()),
  readResults: vi.fn(),
}))
const { readResults } = await import('../../src/results/publishedResults.ts')
const { isFullScale, required, requiredResult } = await import('../../site/src/lib/fullScale.ts')

/** Iterations of these scales, trained on these collections. */
const published = (scales: readonly string[], corpus = 'shared'): void => {
  const results = scales.map((scale) => ({ config: { scale }, dataset: { corpus } }))
  vi.mocked(readResults).mockReturnValue(results as never)
}
const REMEDY = 'cantus study summarize makes it'
const said = vi.spyOn(console, 'info').mockReturnValue()
beforeEach(() => said.mockClear())

describe.each(['result summary.json', 'sound home:2.1', 'figure why-places', 'weights of 3.3'])(
  'a missing %s',
  (what) => {
    it('fails the full study’s report by name, with what to do', () => {
      published(['full', 'full'])
      expect(() => required(what, null, REMEDY)).toThrow(`the report has no ${what}: ${REMEDY}`)
      expect(() => required(what, undefined, REMEDY)).toThrow(what)
      expect(required(what, 'found', REMEDY)).toBe('found')
    })

    it.each(['quick', 'smoke'])('is left out at %s scale, by name', (scale) => {
      published([scale, scale])
      expect(required(what, null, REMEDY)).toBeNull()
      expect(said.mock.calls).toEqual([[`left out: ${what}`]])
      expect(required(what, 'found', REMEDY)).toBe('found')
      expect(said).toHaveBeenCalledTimes(1)
    })
  },
)

describe('isFullScale', () => {
  it('needs every iteration at full scale, trained on the study’s collections, and one at least', () => {
    const of = (scales: readonly string[], corpus?: string): boolean => {
      published(scales, corpus)
      return isFullScale()
    }
    expect([of(['full']), of(['full', 'quick']), of(['smoke']), of([])]).toEqual([true, false, false, false])
    expect(of(['full', 'full'], 'folder')).toBe(false)
  })
})

describe('a page that needs a result', () => {
  const none: ResultFile<string> = {
    path: 'report/results/none.json',
    command: 'cantus study none',
    read: () => null,
    write: () => Promise.resolve(),
  }

  it('names the file and the command that makes it where the full study lacks it', () => {
    published(['full'])
    expect(() => requiredResult(none)).toThrow(
      'the report has no result report/results/none.json: restore it with git checkout or cantus study none',
    )
    published(['quick'])
    expect(requiredResult(none)).toBeNull()
    expect(requiredResult({ ...none, read: () => 'there' })).toBe('there')
  })

  it('is hidden by nothing else: in an empty folder every need of a page fails the full study by name', async () => {
    vi.stubEnv('CANTUS_OUT', '/nowhere')
    const { IS_PUBLISHED } = await import('../../site/src/lib/navigation.ts')
    published(['full'])
    const needs = new Set(PAGES.flatMap(({ needs }) => needs ?? []))
    expect(needs.size).toBeGreaterThan(12)
    for (const need of needs) {
      if (need === 'full' || need === 'notebooks') continue // a scale; and what the builder itself looks for
      expect(() => IS_PUBLISHED[need](), need).toThrow(/the report has no .*: /)
    }
    vi.unstubAllEnvs()
  })
})
