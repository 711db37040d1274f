import { PitchDetector } from 'pitchy'
import type { SungFrame } from './humReader.ts'

/** Samples that a pitch is found in: two periods of the lowest voice at 48,000 per second. */
export const FRAME_SAMPLES = 2048

/** Finds the pitch of short stretches of sound, `FRAME_SAMPLES` long. */
export function pitchFinder(sampleRate: number): (samples: Float32Array) => Omit<SungFrame, 'seconds'> {
  const detector = PitchDetector.forFloat32Array(FRAME_SAMPLES)
  return (samples) => {
    const [hertz, clarity] = detector.findPitch(samples, sampleRate)
    const level = Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length)
    return { hertz, clarity, level }
  }
}
