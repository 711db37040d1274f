import { beforeEach, describe, expect, it, vi } from 'vitest'
import { isFullScale, required } from '../../site/src/lib/fullScale.ts'
import { loadIterations } from '../../site/src/lib/study.ts'

vi.mock('../../site/src/lib/study.ts', () => ({ loadIterations: vi.fn() }))

/** Iterations of these scales. */
const published = (...scales: readonly string[]): void => {
  const iterations = scales.map((scale) => ({ result: { config: { scale } } }))
  vi.mocked(loadIterations).mockReturnValue(iterations as never)
}
const REMEDY = 'cantus study summarize makes it'

describe.each(['result summary.json', 'sound home:2.1', 'figure why-places', 'reference eck2002'])(
  'a missing %s',
  (what) => {
    beforeEach(() => published('full', 'full'))

    it('fails the full study’s report by name, with what to do', () => {
      expect(() => required(what, null, REMEDY)).toThrow(`the report has no ${what}: ${REMEDY}`)
      expect(() => required(what, undefined, REMEDY)).toThrow(what)
      expect(required(what, 'found', REMEDY)).toBe('found')
    })

    it.each(['quick', 'smoke'])('is left out at %s scale', (scale) => {
      published(scale, scale)
      expect(required(what, null, REMEDY)).toBeNull()
      expect(required(what, 'found', REMEDY)).toBe('found')
    })
  },
)

describe('isFullScale', () => {
  it('needs every iteration at full scale, and one at least', () => {
    const of = (...scales: readonly string[]): boolean => {
      published(...scales)
      return isFullScale()
    }
    expect([of('full'), of('full', 'quick'), of('smoke'), of()]).toEqual([true, false, false, false])
  })
})
