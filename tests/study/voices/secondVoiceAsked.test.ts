import { describe, expect, it } from 'vitest'
import { secondVoiceAsked } from '../../../src/study/voices/secondVoiceAsked.ts'

type Asked = Parameters<typeof secondVoiceAsked>[0]
const asked = { scale: 'smoke', corpus: [], style: [], set: [], freeze: [] } as unknown as Asked

describe('secondVoiceAsked', () => {
  it('takes scale, music, seed and steps', () => {
    expect(secondVoiceAsked(asked)).toEqual({ scale: 'smoke', corpus: [] })
    const more = { ...asked, corpus: ['scores'], seed: 2, steps: 5 }
    expect(secondVoiceAsked(more)).toEqual({ scale: 'smoke', corpus: ['scores'], seed: 2, steps: 5 })
  })

  it.each([
    ['--style', { style: ['modes'] }],
    ['--set', { set: ['training.steps=3'] }],
    ['--freeze', { freeze: ['lstm_0'] }],
    ['--config', { config: 'mine.json' }],
    ['--loose', { loose: true }],
    ['--steps with names', { steps: { '1': 5 } }],
  ])('refuses %s, which is not its own', (name, part) =>
    expect(() => secondVoiceAsked({ ...asked, ...part } as unknown as Asked)).toThrow(
      `--iteration 3.3 has its own settings: leave out ${name}`,
    ),
  )
})
