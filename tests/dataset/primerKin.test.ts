import { describe, expect, it } from 'vitest'
import { holdsPrimer } from '../../src/dataset/primerKin.ts'
import { primers } from '../../src/generation/primers.ts'

describe('holdsPrimer', () => {
  it('knows the prelude that is a primer, in any key, and where it is quoted', () => {
    expect(holdsPrimer(primers.bach)).toBe(true)
    const higher = primers.bach.map((event) => (event < 0 ? event : event + 7))
    expect(holdsPrimer([60, -2, 55, -2, ...higher])).toBe(true)
  })

  it('asks for the whole opening, in its rhythm', () => {
    expect(holdsPrimer(primers.bach.slice(0, 15))).toBe(false)
    expect(holdsPrimer(primers.bach.flatMap((event) => [event, -2]))).toBe(false)
    expect(holdsPrimer([])).toBe(false)
  })

  it('leaves out primers that are common property', () => {
    for (const name of ['onenote', 'half_note', 'major', 'minor', 'arp', 'modal'] as const) {
      expect(holdsPrimer(primers[name])).toBe(false)
    }
  })
})
