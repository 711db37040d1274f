import { describe, expect, it } from 'vitest'
import { dialSentence, dialTable, forgettingTable } from '../../src/charts/transferTables.ts'
import { standInTransfer } from './standInTransfer.ts'

describe('the tables of a transfer', () => {
  it('show what was forgotten and learnt, with the change in percent', () => {
    const [before, after, change] = forgettingTable(standInTransfer())
    expect(before).toMatchObject({ model: 'iteration 3.1' })
    expect(after!['general music']).toMatch(/^1\.225 \(1\.\d{3} to 1\.\d{3}\)$/)
    expect(change).toEqual({
      model: 'difference',
      'general music': '0.100 (0.050 to 0.150); +8.9%',
      style: '−0.250 (−0.300 to −0.200); −18.2%',
    })
  })

  it('say in words what the chosen place loses and gains', () => {
    expect(dialSentence(standInTransfer())).toBe(
      'Among the places where general loss rises by at most 3% on validation melodies, style loss is lowest with 0.5 of 3.2, ' +
        'outputs mixed: on test melodies 2.5% more loss on general music and 10.0% less loss on the style than without transfer.',
    )
  })

  it('show the whole dial, and which place was chosen', () => {
    const rows = dialTable(standInTransfer())
    expect(rows).toHaveLength(6)
    expect(rows.filter((row) => String(row['mixed by']).includes('chosen'))).toEqual([
      {
        'share of the style model': '0.5',
        'mixed by': 'outputs (chosen)',
        'general music': '1.025',
        style: '1.125',
      },
    ])
  })
})
