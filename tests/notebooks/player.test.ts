import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { rollRowsSvg } from '../../src/charts/rollRows.ts'
import { attachPlayers } from '../../src/notebook/attachPlayers.ts'
import { player } from '../../src/notebook/player.ts'
import { modeSentence } from '../../src/notebook/openNotebook.ts'

const scale = [60, -2, 62, -2, 64, -2, 65, -2]

describe('rollRowsSvg', () => {
  it('draws every note of every melody, given ones apart, on one scale of time', () => {
    const { svg, places, label } = rollRowsSvg([
      { title: 'one', events: scale, primerSteps: 4 },
      { title: '<two>', events: scale.slice(0, 4), primerSteps: 0 },
    ])
    expect(svg.match(/<rect x/g)).toHaveLength(6)
    expect(svg).toContain('&lt;two&gt;')
    expect(label).toBe('Piano rolls: one, 4 notes; <two>, 2 notes')
    const [first, second] = places
    expect(first!.left).toBe(second!.left)
    expect((second!.right - second!.left) / (first!.right - first!.left)).toBeCloseTo(0.5, 5)
    expect(first!.bottom).toBeLessThan(second!.top)
  })
})

describe('player', () => {
  it('is one sound for all melodies, and says where in it each of them lies', async () => {
    const { html, text } = await player([
      { title: 'one', events: scale },
      { title: 'two', events: scale, qpm: 60 },
    ])
    expect(html.match(/<audio/g)).toHaveLength(1)
    const parts = JSON.parse(/data-parts="([^"]*)"/.exec(html)![1]!) as number[][]
    const [first, second] = parts as [number[], number[]]
    expect(first.slice(0, 2)).toEqual([0, 1])
    expect(second[1]! - second[0]!).toBeCloseTo(2, 3)
    expect(second[0]).toBeGreaterThan(1)
    expect(html).toContain(`alt="${text}"`)
    expect(html.length).toBeLessThan(60_000)
  })

  it('plays no more than it is asked to', async () => {
    const { html } = await player([{ title: 'long', events: Array.from({ length: 400 }, () => 60) }], { seconds: 2 })
    expect(html).toContain('long, 16 notes')
  })

  it('leaves out the beginning of a long primer, so that what follows is heard', async () => {
    const primer = Array.from({ length: 64 }, () => 60)
    const { text } = await player([{ title: 'continued', events: [...primer, 62, 64, 65, 67], primerSteps: 64 }])
    expect(text).toBe('Piano rolls: continued, 36 notes')
    const { text: alone } = await player([{ title: 'primer', events: primer, primerSteps: 64 }])
    expect(alone).toBe('Piano rolls: primer, 64 notes')
  })

  it('holds its script as text that refers to nothing else', () => {
    const alone = runInNewContext(`(${attachPlayers.toString()})`) as typeof attachPlayers
    expect(() => alone({ querySelectorAll: () => [] } as unknown as ParentNode)).not.toThrow()
  })
})

describe('modeSentence', () => {
  const request = { scale: 'full', train: false, corpus: [], style: [] } as const

  it('says what is read, of when, or that nothing is there', () => {
    expect(modeSentence(request, ['2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z'])).toBe(
      'Mode: reading. Published results of 2026-01-03, full scale, the shared corpora: no iteration is trained here.',
    )
    expect(modeSentence(request, [])).toContain('No results are published at full scale yet')
  })

  it('says what trains, at which scale and with which settings', () => {
    const asked = { ...request, scale: 'quick', train: true, corpus: ['mine'], seed: 3, steps: 9, settings: { seed: 4 } } as const
    expect(modeSentence(asked, [])).toBe(
      'Mode: training. Quick scale, mine, seed 3, 9 steps, {"seed":4}: cells train what is not trained yet, about 3 minutes per iteration.',
    )
  })
})
