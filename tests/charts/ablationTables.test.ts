import { expect, it } from 'vitest'
import { ablationTable, partsSentence } from '../../src/charts/ablationTables.ts'
import { standInAblations } from './standInAblations.ts'

it('shows the rows of the groups asked for: of one seed the interval, of several how far apart they lie', () => {
  const [reference, other, ...more] = ablationTable(standInAblations, ['parts'])
  expect(more).toEqual([])
  expect(reference).toMatchObject({
    network: 'network reference',
    parameters: '9,000',
    'general music': '1.250 (2 seeds, 1.000 to 1.500)',
    style: '1.500 (2 seeds, 1.250 to 1.750)',
  })
  expect(other!['general music']).toMatch(/^1\.375 \(1\.\d{3} to 1\.\d{3}\)$/)
})

it('says what each part is worth, the most first, and nothing where there is nothing to compare', () => {
  const [reference, metre, ...others] = standInAblations.rows
  expect(partsSentence(standInAblations)).toBe(
    "Beside the whole network's, the loss in nats per step is 0.000 higher with network without-metre.",
  )
  const cheap = {
    ...metre!,
    title: 'without metre',
    spread: { ...metre!.spread, general: { ...metre!.spread.general, mean: 1.5 } },
  }
  const dear = {
    ...metre!,
    title: 'one layer',
    spread: { ...metre!.spread, general: { ...metre!.spread.general, mean: 1 } },
  }
  expect(partsSentence({ rows: [reference!, dear, cheap] })).toBe(
    "Beside the whole network's, the loss in nats per step is 0.250 higher without metre and 0.250 lower with one layer.",
  )
  expect(partsSentence({ rows: [reference!, ...others] })).toBeNull()
  expect(partsSentence({ rows: [metre!] })).toBeNull()
})
