import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readPrimer, isPrimerFile } from '../../src/generation/readPrimer.ts'
import { findStarter, starterPrimer, starterPrimers, starterTitle } from '../../src/generation/starterPrimers.ts'
import { parseStarter } from '../../src/results/starterSet.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { silentReporter } from '../../src/support/progress.ts'

describe('the held-out primers', () => {
  it('are the first four bars of the twelve tunes, in their order', () => {
    const { pieces } = parseStarter('tunes', readFileSync(join(projectRoot, 'data/starter/tunes.json'), 'utf8'))
    expect(starterPrimers.map(({ title }) => title)).toEqual(pieces.map(({ title }) => title))
    expect(starterPrimers.map(({ choice }) => choice)).toEqual(pieces.map((_, n) => `starter:${n + 1}`))
    for (const { events, tune, stepsPerBar, metre, credit, licence } of starterPrimers) {
      expect(stepsPerBar).toBe((16 * metre.numerator) / metre.denominator)
      expect(events).toEqual(tune.slice(0, 4 * stepsPerBar))
      expect(events.filter((event) => event >= 0).length).toBeGreaterThanOrEqual(10)
      expect(credit.length * licence.length).toBeGreaterThan(0)
    }
  })

  it('lie in the range of every model', () => {
    const pitches = starterPrimers.flatMap(({ events }) => events.filter((event) => event >= 0))
    expect(Math.min(...pitches)).toBeGreaterThanOrEqual(48)
    expect(Math.max(...pitches)).toBeLessThanOrEqual(83)
  })

  it('are chosen by starter:1 to starter:12, in their tempo and metre', async () => {
    for (const primer of starterPrimers) {
      const read = await readPrimer(primer.choice, { appendix: false }, silentReporter)
      expect(read.name).toBe(primer.name)
      expect(read.primer).toEqual(starterPrimer(primer, false))
      expect(read.primer.conditionedOn).toEqual(primer.events)
      expect(read.primer.qpm).toBe(primer.qpm)
      expect(read.primer.timeSignature ?? { numerator: 4, denominator: 4 }).toEqual(primer.metre)
      expect(isPrimerFile(primer.choice)).toBe(false)
    }
  })

  it('can have the end that Magenta appends', () => {
    for (const primer of starterPrimers) {
      const { conditionedOn } = starterPrimer(primer, true)
      expect(conditionedOn.slice(-2)).toEqual([-1, -2])
      expect(primer.events.join()).toContain(conditionedOn.slice(0, -2).join())
    }
  })

  it.each(['starter:0', 'starter:13', 'starter:', 'starter:x'])('refuses %s in one line', async (text) => {
    const message = `invalid primer ${text}: the held-out primers are starter:1 to starter:12`
    await expect(readPrimer(text, { appendix: true }, silentReporter)).rejects.toThrow(message)
    expect(() => findStarter(text)).toThrow(message)
  })

  it('say what they are', () => {
    const made = {
      ...starterPrimers[0]!,
      title: 'Shady Grove',
      composer: 'traditional',
      metre: { numerator: 2, denominator: 4 },
    }
    expect(starterTitle(made)).toBe('Shady Grove (traditional), 2/4')
    expect(starterTitle({ ...made, composer: null })).toBe('Shady Grove, 2/4')
  })
})
