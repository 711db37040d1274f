import { describe, expect, it } from 'vitest'
import { HeldKeys, MOST_STRIKES_PER_SECOND, STUCK_SECONDS } from '../../site/src/scripts/instrument/heldKeys.ts'
import { audioTimeOf } from '../../site/src/scripts/instrument/inputTime.ts'
import { keyChangeOf, releaseBytes, silenceBytes, strikeBytes } from '../../site/src/scripts/instrument/midiMessage.ts'

describe('keyChangeOf', () => {
  it('reads strikes with velocity, releases in both forms, the pedal and silence', () => {
    expect(keyChangeOf([0x93, 60, 90], null)).toEqual({ kind: 'strike', pitch: 60, velocity: 90 })
    expect(keyChangeOf([0x90, 60, 0], null)).toEqual({ kind: 'release', pitch: 60 })
    expect(keyChangeOf([0x80, 60, 64], null)).toEqual({ kind: 'release', pitch: 60 })
    expect(keyChangeOf([0xb0, 64, 127], null)).toEqual({ kind: 'pedal', isDown: true })
    expect(keyChangeOf([0xb0, 64, 10], null)).toEqual({ kind: 'pedal', isDown: false })
    expect(keyChangeOf([0xb0, 123, 0], null)).toEqual({ kind: 'silence' })
  })

  it('listens to one channel, or all, and to nothing else', () => {
    expect(keyChangeOf([0x90, 60, 90], 1)).not.toBeNull()
    expect(keyChangeOf([0x91, 60, 90], 1)).toBeNull()
    for (const other of [[0xf8], [0xe0, 1, 2], [0xb0, 7, 100], [], [0x90, 60], [0x90, 200, 1]])
      expect(keyChangeOf(other, null)).toBeNull()
  })

  it('writes messages that it reads', () => {
    expect(keyChangeOf(strikeBytes(4, 60, 99.6), 4)).toEqual({ kind: 'strike', pitch: 60, velocity: 100 })
    expect(keyChangeOf(releaseBytes(4, 60), 4)).toEqual({ kind: 'release', pitch: 60 })
    expect(keyChangeOf(silenceBytes(4), 4)).toEqual({ kind: 'silence' })
    expect(strikeBytes(1, 60, 0)[2]).toBe(1) // velocity 0 would be a release
  })
})

function heldKeys() {
  const heard: string[] = []
  const keys = new HeldKeys({
    onStrike: (pitch, velocity, seconds) => void heard.push(`+${pitch}v${velocity}@${seconds}`),
    onRelease: (pitch, seconds) => void heard.push(`-${pitch}@${seconds}`),
    onFlood: () => void heard.push('flood'),
  })
  const strike = (pitch: number, seconds: number, source = 'a'): void =>
    keys.take(source, { kind: 'strike', pitch, velocity: 80 }, seconds)
  const release = (pitch: number, seconds: number, source = 'a'): void =>
    keys.take(source, { kind: 'release', pitch }, seconds)
  return { heard, keys, strike, release }
}

describe('HeldKeys', () => {
  it('releases a key that is struck again, and ends each note once', () => {
    const { heard, strike, release } = heldKeys()
    strike(60, 0)
    strike(60, 1)
    release(60, 2)
    release(60, 3)
    expect(heard).toEqual(['+60v80@0', '-60@1', '+60v80@1', '-60@2'])
  })

  it('lets the pedal hold what is released', () => {
    const { heard, keys, strike, release } = heldKeys()
    keys.take('a', { kind: 'pedal', isDown: true }, 0)
    strike(60, 1)
    strike(64, 1)
    release(60, 2)
    keys.take('a', { kind: 'pedal', isDown: false }, 3)
    expect(heard).toEqual(['+60v80@1', '+64v80@1', '-60@3'])
    expect(keys.sounding).toEqual([64])
  })

  it('lets go of the keys of a keyboard that is unplugged, with its pedal, and of no other', () => {
    const { keys, strike, release } = heldKeys()
    strike(60, 0, 'midi 1')
    strike(64, 0, 'computer')
    keys.take('midi 1', { kind: 'pedal', isDown: true }, 0)
    release(60, 1, 'midi 1')
    keys.forget('midi 1', 2)
    expect(keys.sounding).toEqual([64])
  })

  it('lets go of a key that is stuck', () => {
    const { keys, strike } = heldKeys()
    strike(60, 0)
    expect(keys.releaseStuck(STUCK_SECONDS)).toEqual([])
    expect(keys.releaseStuck(STUCK_SECONDS + 1)).toEqual([60])
    expect(keys.sounding).toEqual([])
  })

  it('plays no more than hands can of 200 notes per second, and says so once', () => {
    const { heard, strike } = heldKeys()
    for (let n = 0; n < 400; n++) strike(n % 128, n / 200)
    expect(heard.filter((each) => each === 'flood')).toHaveLength(1)
    expect(heard.filter((each) => each.startsWith('+')).length).toBeLessThanOrEqual(2 * MOST_STRIKES_PER_SECOND + 1)
    strike(60, 10)
    expect(heard.at(-1)).toBe('+60v80@10')
  })
})

describe('audioTimeOf', () => {
  it('is when the key went down', () => {
    expect(audioTimeOf(1990, { contextTime: 5, performanceTime: 2000 })).toBeCloseTo(4.99, 9)
  })

  it('is now for a stamp of another clock', () => {
    for (const stamp of [0, 2500, Date.now()])
      expect(audioTimeOf(stamp, { contextTime: 5, performanceTime: 2100 })).toBe(5)
  })
})
