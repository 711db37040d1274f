import { describe, expect, it } from 'vitest'
import { differingSettings } from '../../src/config/differingSettings.ts'

describe('differingSettings', () => {
  it('names what differs, by section, and takes off and absent for the same', () => {
    const one = { seed: 1, training: { steps: 5, freeze: [], patience: null }, data: { part: { kind: 'first' } } }
    const other = { seed: 2, training: { steps: 6, averaging: 0.9 }, data: { part: { kind: 'style' } } }
    expect(differingSettings(one, other)).toEqual(['seed', 'training.steps', 'training.averaging', 'data.part.kind'])
    expect(differingSettings(one, structuredClone(one))).toEqual([])
    expect(differingSettings(null, one)).toEqual([''])
  })
})
