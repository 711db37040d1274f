import { describe, expect, it } from 'vitest'
import { lossPartsSpec, lossPartsTable, repeatSentences } from '../../src/charts/lossParts.ts'
import { lightPalette } from '../../src/charts/palette.ts'
import { toSvg } from '../../src/charts/vegaLite.ts'
import { standInSummary } from './standInSummary.ts'

const { general } = standInSummary('smoke-a-s1', (name) => name).lossParts!

describe('the places of the loss', () => {
  it('are drawn a panel each, with rhythm and pitch; a place without steps is left out', async () => {
    const spec = lossPartsSpec(general, 'general', { palette: lightPalette })
    expect(spec.description).toMatch(/iteration 3\.1 inside a repeat 0\.200, fresh 0\.700/)
    const svg = await toSvg(spec)
    for (const text of ['inside a repeat', 'bars 1 to 8', 'rhythm', 'pitch', 'IDyOM-like']) expect(svg).toContain(text)
    expect(svg).not.toContain('later bars')
  })

  it('stand in a table with their intervals', () => {
    const [first] = lossPartsTable(general)
    expect(first).toMatchObject({
      predictor: 'iteration 2.1',
      'inside a repeat': '0.600 (0.500 to 0.700); 0.200 + 0.400',
    })
    expect(Object.keys(first!)).not.toContain('later bars')
  })

  it('say in words where looking back helps', () => {
    // 40 of 100 steps gain .4 inside repeats, 60 gain .2 in fresh music: 16 of 28 nats.
    expect(repeatSentences(general, 'general')).toEqual([
      'On the general test melodies 40% of the steps lie inside a repeat. There iteration 3.1 loses 0.200 nats per step and iteration 2.1 0.600; ' +
        'in fresh music 0.700 and 0.900. Repeats make 57% of what iteration 3.1 gains.',
    ])
    expect(repeatSentences(general.slice(0, 1), 'general')).toEqual([])
  })
})
