import { expect, it } from 'vitest'
import { ablationTable } from '../../src/charts/ablationTables.ts'
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
