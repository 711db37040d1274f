import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { iteration3_3 } from '../../../src/config/iteration3_3.ts'
import type { NoteModelSpec } from '../../../src/config/modelSpec.ts'
import { encodeWeightsFp16, loadCheckpoint } from '../../../src/model/checkpoint.ts'
import { secondVoicePart } from '../../../src/model/notes/withSecondVoice.ts'
import { initialWeights } from '../../../src/model/weights.ts'
import { openVoices } from '../../../src/study/voices/openVoices.ts'
import { openSecondVoice, trainSecondVoice } from '../../../src/study/voices/trainSecondVoice.ts'
import { voiceRows } from '../../../src/study/voices/voiceRows.ts'
import type { Effects } from '../../../src/support/effects.ts'
import { InterruptedError } from '../../../src/support/errors.ts'
import { quietEffects } from '../../../src/support/quietEffects.ts'
import { runFiles } from '../../../src/training/runDirectory.ts'

const spec: NoteModelSpec = { encoding: 'notes', layerSizes: [5, 4], attentionSize: 3 }
let root: string
let parent: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cantus-second-voice-'))
  parent = join(root, 'parent.safetensors')
  await writeFile(parent, encodeWeightsFp16(spec, initialWeights(spec, 3), {}))
})
afterAll(() => rm(root, { recursive: true }))

describe('voiceRows', () => {
  it('shows each voice beside the other, as often alone, and a quarter of the former without the onset', async () => {
    const voices = await openVoices({ scale: 'smoke', folders: { data: root } }, quietEffects())
    const { train, weights, test } = voiceRows(voices, { ...iteration3_3('smoke', spec).voices, alone: 0.5 })
    const shown = (is: (n: number) => boolean): number =>
      weights.reduce((sum, weight, n) => (is(n) ? sum + weight : sum), 0)
    expect(shown((n) => train[n]!.other?.knows === 'onset')).toBeCloseTo(30, 9)
    expect(shown((n) => train[n]!.other?.knows === 'before')).toBeCloseTo(10, 9)
    expect(shown((n) => train[n]!.other === undefined)).toBeCloseTo(40, 9)
    expect(new Set(train.map(({ events }) => events)).size).toBe(train.length)
    expect(test.filter(({ other }) => other !== undefined)).toHaveLength(20)
    expect(train.every(({ split }) => split === 'train')).toBe(true)
  })
})

describe('trainSecondVoice', () => {
  it('resumes where it was stopped as if it never stopped, and stores a network with a second voice', async () => {
    const trained = async (data: string, stopAfter: number) => {
      const stop = new AbortController()
      const effects: Effects = quietEffects(stop.signal)
      const bar = (title: string, total: number, unit: string) => {
        const made = effects.reporter.bar(title, total, unit)
        const update = (done: number): void => void (done === stopAfter && title.startsWith('Training') && stop.abort())
        return { ...made, update }
      }
      const folders = { root, data: join(root, data) }
      const opened = await openSecondVoice({ scale: 'smoke', steps: 4, parent, folders }, quietEffects())
      const watched = { ...effects, reporter: { ...effects.reporter, bar } }
      if (stopAfter > 0) await expect(trainSecondVoice(opened, watched)).rejects.toThrow(InterruptedError)
      await trainSecondVoice(opened, quietEffects())
      return loadCheckpoint(runFiles(opened.runFolder).checkpoint)
    }
    const whole = await trained('whole', 0)
    const resumed = await trained('stopped', 2)
    expect(whole.spec).toEqual({ ...spec, secondVoice: true })
    expect(resumed.weights).toEqual(whole.weights)
    expect(whole.weights['meet/kernel']!.data.some((value) => value !== 0)).toBe(true)
    // Alone it is its parent: all but the inputs for the other voice are as they were.
    const { weights: start } = (
      await openSecondVoice({ scale: 'smoke', parent, folders: { root, data: root } }, quietEffects())
    ).start
    const part = secondVoicePart(spec)
    for (const [name, { shape, data }] of Object.entries(whole.weights)) {
      const rows = part.get(name)
      if (rows === null) continue
      const [from, to] = (rows ?? [0, 0]).map((row) => row * shape.at(-1)!) as [number, number]
      const outside = (values: Float32Array) => values.filter((_, n) => n < from || n >= to)
      expect(outside(data), name).toEqual(outside(start[name]!.data))
      if (rows !== undefined)
        expect(
          data.subarray(from, to).some((value) => value !== 0),
          name,
        ).toBe(true)
    }
  })

  it('refuses a parent that reads steps in one line', async () => {
    const path = join(root, 'steps.safetensors')
    const steps = { encoding: 'mono', layerSizes: [4], attentionLength: 0 } as const
    await writeFile(path, encodeWeightsFp16(steps, initialWeights(steps, 1), {}))
    const folders = { root, data: root }
    await expect(openSecondVoice({ scale: 'smoke', parent: path, folders }, quietEffects())).rejects.toThrow(
      'does not read notes with LSTM layers: start the second voice from 3.1, 3.2 or a run of them',
    )
  })
})
