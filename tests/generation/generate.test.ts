import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { generateMelodies, type GenerationJob } from '../../src/generation/generate.ts'
import { orders } from '../../src/generation/orders.ts'
import { PRIMER_NAMES, primerOfEvents, primers } from '../../src/generation/primers.ts'
import type { Sidecar } from '../../src/results/sidecar.ts'
import { extractMelodies } from '../../src/melody/extractMelodies.ts'
import { melodyNotes } from '../../src/melody/melody.ts'
import { quantize } from '../../src/score/quantize.ts'
import { readMidi } from '../../src/score/readMidi.ts'
import { InterruptedError } from '../../src/support/errors.ts'
import { sha256 } from '../../src/support/files.ts'
import { seedFrom } from '../../src/support/random.ts'
import { filesIn, publishWeights, quietEffects, temporaryFolder, tinyConfig } from './fixtures.ts'

async function job(): Promise<GenerationJob> {
  const root = await temporaryFolder()
  const weightsPath = await publishWeights(root)
  const run = 'smoke-00000000-s1'
  const outFolder = join(root, 'generated_melodies')
  return { config: tinyConfig, weightsFile: join(root, weightsPath), weightsPath, run, step: 40, outFolder }
}

describe('generateMelodies', () => {
  it('writes each primer as often as asked, with complete sidecars', async () => {
    const request = await job()
    const sidecars = await generateMelodies(request, quietEffects())
    const folder = join(request.outFolder, 'iteration_1')
    const names = PRIMER_NAMES.flatMap((name) => [1, 2].map((n) => `it_1_${name}_nr_${n}`))
    expect(await filesIn(folder)).toEqual(names.flatMap((name) => [`${name}.json`, `${name}.mid`]).sort())
    expect(sidecars).toHaveLength(14)
    const last = JSON.parse(await readFile(join(folder, 'it_1_modal_nr_2.json'), 'utf8')) as Sidecar
    expect(last).toEqual(sidecars.at(-1))
    expect(last).toMatchObject({
      format: 'cantus-melody-1',
      iteration: '1',
      scale: 'smoke',
      run: 'smoke-00000000-s1',
      checkpoint: 'report/results/checkpoints/1.safetensors',
      checkpointSha256: sha256(await readFile(request.weightsFile)),
      step: 40,
      primer: 'modal',
      primerEvents: primers.modal,
      conditionedOn: [...primers.modal, -1, -2],
      seed: seedFrom(tinyConfig.seed, '1', 'modal', 2),
      temperature: 1,
      totalSteps: 72,
      qpm: 120,
    })
    expect(last.events).toHaveLength(72)
    expect(last.events.slice(0, 66)).toEqual(last.conditionedOn)
    expect(last.midiSha256).toBe(sha256(await readFile(join(folder, 'it_1_modal_nr_2.mid'))))
  })

  it('writes MIDI files that hold the melody from step 0 on', async () => {
    const request = await job()
    const [first] = await generateMelodies(request, quietEffects())
    const path = join(request.outFolder, 'iteration_1', 'it_1_onenote_nr_1.mid')
    const score = quantize(readMidi(new Uint8Array(await readFile(path))), 4)
    const options = { minBars: 0, minPitches: 1, gapBars: Infinity, ignorePolyphonic: false }
    const [melody] = extractMelodies(score, options).melodies
    expect(melody?.startStep).toBe(0)
    expect(melodyNotes(melody?.events ?? [])).toEqual(melodyNotes(first?.events ?? []))
  })

  it('gives every melody a seed of its own and the same bytes each time', async () => {
    const [one, other] = [await job(), await job()]
    const first = await generateMelodies(one, quietEffects())
    const second = await generateMelodies(other, quietEffects())
    expect(second).toEqual(first)
    expect(new Set(first.map(({ seed }) => seed)).size).toBe(14)
  })

  it('replaces the folder as a whole and leaves nothing else behind', async () => {
    const request = await job()
    const folder = join(request.outFolder, 'iteration_1')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'it_1_onenote_nr_9.mid'), 'old')
    await generateMelodies(request, quietEffects())
    expect(await filesIn(folder)).not.toContain('it_1_onenote_nr_9.mid')
    expect(await filesIn(request.outFolder)).toEqual(['iteration_1'])
  })

  it('stops when asked and leaves the old folder as it was', async () => {
    const request = await job()
    const folder = join(request.outFolder, 'iteration_1')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'old.mid'), 'old')
    await expect(generateMelodies(request, quietEffects(AbortSignal.abort()))).rejects.toThrow(InterruptedError)
    expect(await filesIn(folder)).toEqual(['old.mid'])
    expect(await filesIn(request.outFolder)).toEqual(['iteration_1'])
  })

  it('says which weights it cannot find or read', async () => {
    const request = await job()
    await expect(generateMelodies({ ...request, weightsFile: 'none.safetensors' }, quietEffects())).rejects.toThrow(
      'cannot generate from none.safetensors: there is no such file',
    )
    await writeFile(request.weightsFile, 'nonsense')
    await expect(generateMelodies(request, quietEffects())).rejects.toThrow('not a safetensors file')
  })
})

describe('orders', () => {
  it('refuse a primer that leaves no step to add', () => {
    const primer = primerOfEvents(primers.bach, true)
    const options = { seed: 1, iteration: '1' }
    expect(() => orders('bach', primer, 1, { ...options, totalSteps: 66 })).toThrow('--steps 67 or more')
    expect(orders('bach', primer, 1, { ...options, totalSteps: 67 })).toHaveLength(1)
  })
})
