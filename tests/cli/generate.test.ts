import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { TAIL_SECONDS } from '../../src/audio/renderMelody.ts'
import { registerGenerate } from '../../src/cli/generate.ts'
import { generate, type GenerateOptions } from '../../src/study/generate.ts'
import { regenerate } from '../../src/generation/regenerate.ts'
import { readMidi } from '../../src/score/readMidi.ts'
import { UserError } from '../../src/support/errors.ts'
import { sha256 } from '../../src/support/files.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { filesIn, publishWeights, quietEffects, temporaryFolder } from '../generation/fixtures.ts'
import { experiment } from '../../src/config/scales.ts'

async function options(): Promise<GenerateOptions & { root: string }> {
  const root = await temporaryFolder()
  await publishWeights(root)
  return {
    root,
    iteration: '1',
    primers: ['onenote'],
    steps: 24,
    temperature: 1,
    topK: null,
    beamSize: 1,
    branchFactor: 1,
    stepsPerIteration: 1,
    seed: 1,
    count: 1,
    out: join(root, 'out'),
    appendix: true,
    force: false,
    folders: { root, data: join(root, 'data') },
  }
}

async function mkdirOf(root: string, name: string): Promise<string> {
  await mkdir(join(root, name), { recursive: true })
  return join(root, name)
}

/** Frames of MPEG 2 layer III, each found where the one before it ends. */
function mp3Frames(bytes: Uint8Array): { kilobits: number; rate: number }[] {
  const kilobitsBy = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
  const frames: { kilobits: number; rate: number }[] = []
  for (let at = 0; at < bytes.length;) {
    expect([bytes[at], bytes[at + 1]! & 0xf6]).toEqual([0xff, 0xf2])
    const kilobits = kilobitsBy[bytes[at + 2]! >> 4]!
    const rate = [22_050, 24_000, 16_000][(bytes[at + 2]! >> 2) & 3]!
    frames.push({ kilobits, rate })
    at += Math.floor((72_000 * kilobits) / rate) + ((bytes[at + 2]! >> 1) & 1)
  }
  return frames
}

describe('generate', () => {
  it('holds melodies to what is asked, names them by it, and regenerates them', async () => {
    const request = await options()
    const control = { key: 'primer', metre: { numerator: 6, denominator: 8 }, density: 1 }
    const [melody] = await generate({ ...request, primers: ['major'], steps: 48, control }, quietEffects())
    expect(melody!.name).toBe('it_1_C-ionian_metre-6-8_density-1_major_nr_1')
    expect(melody!.sidecar).toMatchObject({
      timeSignature: control.metre,
      control: { key: { root: 0, mode: 'ionian', hard: true }, accent: 1, density: 1 },
    })
    expect(readMidi(melody!.midi).timeSignatures[0]).toMatchObject(control.metre)
    expect(Object.keys(melody!.sidecar.controlCost!.each)).toEqual(['key', 'metre', 'density'])
    const again = await regenerate(melody!.path.replace(/mid$/, 'json'), { root: request.root })
    expect(again.midiSha256).toBe(melody!.sidecar.midiSha256)
  })

  it('keeps the rhythm and the pitches of another melody', async () => {
    const request = await options()
    const control = { keepRhythm: '60,-2,60,60', keepPitches: 'starter:1' }
    const [melody] = await generate({ ...request, primers: ['major'], steps: 48, control }, quietEffects())
    const { rhythm, pitches } = melody!.sidecar.control!
    expect(rhythm).toEqual([60, -2, 60, 60])
    expect(pitches!.length, 'the whole tune').toBeGreaterThan(64)
    const onsets = [...melody!.sidecar.events.keys()].filter((step) => step > 15 && melody!.sidecar.events[step]! >= 0)
    expect(onsets).toEqual([16, 18, 19, 32, 34, 35])
  })

  it('sweeps temperatures with the bytes of single calls, named by setting', async () => {
    const request = await options()
    const sweep = await generate({ ...request, temperature: [0.8, 1.2], count: 2 }, quietEffects())
    expect(sweep.map(({ name }) => name)).toEqual(
      ['0.8', '1.2'].flatMap((t) => [1, 2].map((n) => `it_1_t-${t}_onenote_nr_${n}`)),
    )
    const single = await generate(
      { ...request, out: join(request.root, 'b'), temperature: 1.2, count: 2 },
      quietEffects(),
    )
    expect(sweep.slice(2).map(({ midi }) => midi)).toEqual(single.map(({ midi }) => midi))
  })

  it('rewrites bars of a whole tune, and regenerates it', async () => {
    const request = await options()
    const { steps: _steps, ...rest } = request
    const rewrite = { bars: { first: 5, last: 6 }, candidates: 2 }
    const [melody] = await generate({ ...rest, primers: ['starter:1'], rewrite }, quietEffects())
    const { sidecar, name, path } = melody!
    expect(name).toBe('it_1_bars-5-6_starter-1_nr_1')
    expect(sidecar.conditionedOn).toHaveLength(64)
    expect(sidecar.events.slice(96)).toEqual(sidecar.primerEvents.slice(96))
    const again = await regenerate(path.replace(/mid$/, 'json'), { root: request.root })
    expect(again.midiSha256).toBe(sidecar.midiSha256)
    await expect(generate({ ...request, primers: ['starter:1'], rewrite }, quietEffects())).rejects.toThrow(
      "--rewrite keeps a melody's length: leave out --steps",
    )
  })

  it('writes melodies with their sidecars', async () => {
    const request = await options()
    const [melody, other] = await generate({ ...request, count: 2, primers: ['arp', '60,62'] }, quietEffects())
    expect(await filesIn(request.out)).toEqual(
      ['arp', 'custom'].flatMap((name) =>
        [1, 2].flatMap((n) => [`it_1_${name}_nr_${n}.json`, `it_1_${name}_nr_${n}.mid`]),
      ),
    )
    expect(melody?.path).toBe(join(request.out, 'it_1_arp_nr_1.mid'))
    expect(melody?.sidecar).toMatchObject({ iteration: '1', scale: 'smoke', step: 40, totalSteps: 24 })
    expect(melody?.sidecar.checkpoint).toBe('report/results/checkpoints/1.safetensors')
    expect(melody?.sidecar.midiSha256).toBe(sha256(await readFile(join(request.out, 'it_1_arp_nr_1.mid'))))
    expect(other?.sidecar.seed).not.toBe(melody?.sidecar.seed)
  })

  it('writes each melody as sound too, of 128 kbit/s and as long as the melody', async () => {
    const request = await options()
    const [melody] = await generate({ ...request, steps: 64, mp3: true }, quietEffects())
    expect(await filesIn(request.out)).toEqual(['json', 'mid', 'mp3'].map((ending) => `it_1_onenote_nr_1.${ending}`))
    const frames = mp3Frames(await readFile(melody!.path.replace('.mid', '.mp3')))
    expect(new Set(frames.map(({ kilobits, rate }) => `${kilobits} ${rate}`))).toEqual(new Set(['128 24000']))
    const seconds = readMidi(melody!.midi).totalSeconds + TAIL_SECONDS
    // The encoder begins and ends with up to three frames of its own.
    expect((frames.length * 576) / 24_000 - seconds).toBeGreaterThanOrEqual(0)
    expect((frames.length * 576) / 24_000 - seconds).toBeLessThan((4 * 576) / 24_000)
  })

  it('gives a melody the same bytes whatever else is asked for', async () => {
    const request = await options()
    const alone = await generate({ ...request, out: join(request.root, 'a'), primers: ['arp'] }, quietEffects())
    const among = await generate({ ...request, primers: ['minor', 'arp'], count: 3 }, quietEffects())
    expect(among[3]?.midi).toEqual(alone[0]?.midi)
  })

  it.each([
    ['plain draws, side by side', {}],
    ['beams', { beamSize: 3, branchFactor: 2, stepsPerIteration: 2 }],
  ])('makes the same melodies on the native engine: %s', async (_, search) => {
    const request = { ...(await options()), ...search, primers: ['onenote', 'arp'], count: 3 }
    const portable = await generate({ ...request, out: join(request.root, 'a') }, quietEffects())
    const native = await generate({ ...request, engine: 'native' }, quietEffects())
    expect(native.map(({ sidecar }) => sidecar.events)).toEqual(portable.map(({ sidecar }) => sidecar.events))
    expect([native[0]?.sidecar.engine, portable[0]?.sidecar.engine]).toEqual(['native', undefined])
    const again = await regenerate(join(request.out, 'it_1_arp_nr_2.json'), { root: request.root })
    expect(again.midiSha256).toBe(native[4]?.sidecar.midiSha256)
  })

  it('draws from between two models, under a name of its own, so that the sidecar writes the melody again', async () => {
    const request = await options()
    const { root } = request
    const second = join(root, 'second.safetensors')
    await publishWeights(await mkdirOf(root, 'other'), 2)
    await rename(join(root, 'other/report/results/checkpoints/1.safetensors'), second)
    for (const by of ['weights', 'outputs'] as const) {
      const dial = { style: 0.5, by, toward: second }
      const [melody] = await generate({ ...request, out: join(root, by), dial }, quietEffects())
      expect(melody!.name).toBe('it_1_dial_0.5_onenote_nr_1')
      expect(melody!.sidecar.dial).toEqual({
        ...{ style: 0.5, by, checkpoint: 'second.safetensors' },
        checkpointSha256: sha256(await readFile(second)),
      })
      const sidecar = melody!.path.replace(/mid$/, 'json')
      const again = await regenerate(sidecar, { root, out: join(root, 'again.mid') })
      expect(again.midiSha256).toBe(melody!.sidecar.midiSha256)
    }
    await expect(generate({ ...request, dial: { style: 0.5, by: 'weights' } }, quietEffects())).rejects.toThrow(
      'no iteration resumes from 1: name one with --toward MODEL',
    )
  })

  it('adds --new-steps to each primer', async () => {
    const { steps: _, ...request } = await options()
    const melodies = await generate({ ...request, newSteps: 4, primers: ['onenote', 'arp'] }, quietEffects())
    expect(melodies.map(({ sidecar }) => sidecar.totalSteps)).toEqual([3 + 4, 19 + 4])
  })

  it('keeps the metre of a primer from a file, and what was taken, so that the sidecar writes the melody again', async () => {
    const request = { ...(await options()), steps: 80 }
    const primer = join(projectRoot, 'tests', 'fixtures', 'midi', 'metre-twice-at-0.mid')
    const [melody] = await generate(
      { ...request, primers: [primer], bars: { first: 2, last: 3 }, track: 0 },
      quietEffects(),
    )
    expect(melody?.sidecar).toMatchObject({
      timeSignature: { numerator: 3, denominator: 4 },
      primerSource: { file: 'metre-twice-at-0.mid', track: 0, bars: [2, 3] },
    })
    expect(readMidi(melody!.midi).timeSignatures).toEqual([{ timeSeconds: 0, numerator: 3, denominator: 4 }])
    const sidecar = join(request.out, 'it_1_metre-twice-at-0-track0-bars2-3_nr_1.json')
    const again = await regenerate(sidecar, { root: request.root })
    expect(again.midiSha256).toBe(melody?.sidecar.midiSha256)
  })

  it('writes no metre into the sidecar of a melody in 4/4', async () => {
    const [melody] = await generate(await options(), quietEffects())
    expect(Object.keys(melody!.sidecar)).not.toContain('timeSignature')
    expect(Object.keys(melody!.sidecar)).not.toContain('primerSource')
  })

  it('refuses a choice of bars or tracks where no primer is a file', async () => {
    const request = await options()
    const bars = { first: 1, last: 4 }
    await expect(generate({ ...request, bars }, quietEffects())).rejects.toThrow(
      "--track and --bars choose a part of a score's file, but no --primer is a file: onenote",
    )
  })

  it('conditions on the primer alone without the appendix', async () => {
    const [melody] = await generate({ ...(await options()), appendix: false }, quietEffects())
    expect(melody?.sidecar.conditionedOn).toEqual([60])
  })

  it('numbers primers of one name', async () => {
    const request = await options()
    const written = await generate({ ...request, primers: ['60', '62'] }, quietEffects())
    expect(written.map(({ name }) => name)).toEqual(['it_1_custom_nr_1', 'it_1_custom-2_nr_1'])
  })

  it('does not overwrite another melody without --force', async () => {
    const request = await options()
    await generate(request, quietEffects())
    await generate(request, quietEffects())
    const another = { ...request, seed: 2 }
    await expect(generate(another, quietEffects())).rejects.toThrow('exists and differs')
    expect(await generate({ ...another, force: true }, quietEffects())).toHaveLength(1)
  })

  it('names a folder it cannot write to', async () => {
    const request = await options()
    await writeFile(request.out, 'a file')
    await expect(generate(request, quietEffects())).rejects.toThrow(`cannot write to ${request.out}`)
  })

  it('takes a run by name or folder, and any file of weights', async () => {
    const { iteration: _, ...request } = await options()
    const run = join(request.folders.data, 'runs', '2.1', 'quick-12345678-s1')
    await mkdir(run, { recursive: true })
    await rename(join(request.root, 'report/results/checkpoints/1.safetensors'), join(run, 'best.safetensors'))
    await writeFile(join(run, 'config.json'), JSON.stringify(experiment('2.1', 'quick')))
    const [byName] = await generate({ ...request, source: 'quick-12345678-s1' }, quietEffects())
    expect(byName?.sidecar.checkpoint).toBe('data/runs/2.1/quick-12345678-s1/best.safetensors')
    const checkpoint = join(run, 'best.safetensors')
    expect(await generate({ ...request, checkpoint }, quietEffects())).toEqual([byName])
    expect(await generate({ ...request, source: run }, quietEffects())).toEqual([byName])
  })

  it.each<[Partial<GenerateOptions>, string]>([
    [
      { iteration: '2.1' },
      'cantus reproduce --iteration 2.1 makes it (iterations: 1; runs: none; @best or @last after a name)',
    ],
    [
      { iteration: '3' },
      'no iteration "3": 1, 2.1, 2.2, 3.1, 3.2, 3.3 (iterations: 1; runs: none; @best or @last after a name)',
    ],
    [{ source: '1' }, 'more than one model named: 1, 1'],
    [{ newSteps: 5 }, '--steps 24 and --new-steps 5 exclude each other'],
    [{ primers: ['bach'] }, '66 steps with what is appended, but the total is 24 (--steps 67 or more'],
    [{ primers: ['arp', '60,128'] }, 'invalid primer step 2: 128'],
    [{ beamSize: 4096, branchFactor: 2 }, 'is 8192 candidates (at most 4096)'],
  ])('refuses %j and writes nothing', async (change, message) => {
    const request = await options()
    await expect(generate({ ...request, ...change }, quietEffects())).rejects.toThrow(message)
    expect(await filesIn(request.root)).toEqual(['report'])
  })

  it('lists what there is when no model is named', async () => {
    const { iteration: _, ...request } = await options()
    await expect(generate(request, quietEffects())).rejects.toThrow('no model named; give an iteration')
    const empty = await temporaryFolder()
    const folders = { root: empty, data: empty }
    await expect(generate({ ...request, folders }, quietEffects())).rejects.toThrow(
      'nothing trained yet: run cantus reproduce',
    )
  })
})

describe('cantus generate', () => {
  const parse = async (...args: string[]): Promise<unknown> => {
    const program = new Command('cantus')
    registerGenerate(program)
    return program.parseAsync(['generate', ...args], { from: 'user' })
  }

  it.each([
    [['--temperature', '-1'], 'invalid --temperature: -1'],
    [['--temperature', 'hot'], 'invalid --temperature: hot'],
    [['--top-k', '0'], 'invalid --top-k: 0 (a whole number from 1'],
    [['--top-p', '1.5'], 'invalid --top-p: 1.5 (a number above 0, up to 1)'],
    [['--top-p', '0'], 'invalid --top-p: 0'],
    [['--steps', '1e9'], 'invalid --steps: 1e9'],
    [['--steps', '12.5'], 'invalid --steps: 12.5'],
    [['--new-steps', '0'], 'invalid --new-steps: 0'],
    [['--beam-size', '0'], 'invalid --beam-size: 0'],
    [['--branch-factor', 'x'], 'invalid --branch-factor: x'],
    [['--steps-per-iteration', '-3'], 'invalid --steps-per-iteration: -3'],
    [['--seed', '-1'], 'invalid --seed: -1'],
    [['--count', '0'], 'invalid --count: 0'],
    [['--bars', '4-1'], 'invalid --bars: 4-1 (first and last bar, counted from 1, such as 1-4)'],
    [['--bars', '0-3'], 'invalid --bars: 0-3'],
    [['--bars', '1-'], 'invalid --bars: 1-'],
    [['--track', '-1'], 'invalid --track: -1 (a whole number from 0'],
    [['--from', 'a.json', '--bars', '1-4'], '--from takes all settings from the sidecar: leave out --bars'],
    [['--from', 'a.json', '--seed', '3'], '--from takes all settings from the sidecar: leave out --seed'],
    [['1', '--from', 'a.json'], '--from takes all settings from the sidecar: leave out 1'],
    [['--from', 'none.json'], 'cannot read the sidecar none.json'],
  ])('%j is refused in one line', async (args, message) => {
    const error = await parse(...args).then(
      () => null,
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(UserError)
    expect((error as UserError).message).toContain(message)
    expect((error as UserError).message).not.toContain('\n')
  })
})
