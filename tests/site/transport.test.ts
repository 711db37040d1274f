import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SoundHeldBackError, Transport } from '../../site/src/scripts/melodies/transport.ts'
import type { Sound } from '../../site/src/scripts/melodies/sounds.ts'
import { HELD_BACK, resumeAudio } from '../../site/src/scripts/resumeAudio.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** A context that never answers, as those of browsers that hold sound back. */
const silent = { state: 'suspended', resume: () => new Promise<void>(() => {}) } as const

describe('resumeAudio', () => {
  it('waits for a browser that allows sound, and not for ever for one that does not', async () => {
    expect(await resumeAudio({ state: 'running', resume: () => Promise.reject(new Error('not asked')) })).toBe(true)
    const allowed = { state: 'suspended' as AudioContextState, resume: () => Promise.resolve() }
    allowed.resume = () => {
      allowed.state = 'running'
      return Promise.resolve()
    }
    expect(await resumeAudio(allowed)).toBe(true)
    const answer = resumeAudio(silent)
    await vi.advanceTimersByTimeAsync(1500)
    expect(await answer).toBe(false)
  })
})

describe('Transport', () => {
  it('says so where the browser holds the sound back', async () => {
    vi.stubGlobal('AudioContext', function AudioContext() {
      return silent
    })
    const transport = new Transport(() => {})
    const played = transport.play({ startSeconds: 0 } as Sound, 0).catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(1500)
    expect(await played).toEqual(new SoundHeldBackError(HELD_BACK))
    expect(transport.isPlaying).toBe(false)
  })
})
