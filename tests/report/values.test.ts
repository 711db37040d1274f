import { beforeEach, describe, expect, it, vi } from 'vitest'
import { valueText } from '../../site/src/lib/values.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'

beforeEach(() => void vi.stubEnv('CANTUS_OUT', projectRoot))

describe('a value in the text', () => {
  it('has its interval from low to high, also where it is turned round', () => {
    const of = (times?: number): number[] =>
      valueText('summary/beyond/3.1/general/loss', '3', times)
        .replaceAll('−', '-')
        .match(/-?\d\.\d+/g)!
        .map(Number)
    const [value, low, high] = of()
    expect([low! < value!, value! < high!]).toEqual([true, true])
    expect(of(-1)).toEqual([-value!, -high!, -low!])
  })
})
