import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { generateMelodies } from '../../src/generation/generate.ts'
import { openModelFile } from '../../src/generation/modelFile.ts'
import { regenerate } from '../../src/generation/regenerate.ts'
import type { Sidecar } from '../../src/results/sidecar.ts'
import { filesIn, publishWeights, quietEffects, temporaryFolder, tinyConfig } from './fixtures.ts'
import { sha256 } from '../../src/support/files.ts'

interface Published {
  root: string
  folder: string
  sidecar: string
  midi: Uint8Array
}

async function published(): Promise<Published> {
  const root = await temporaryFolder()
  const weightsPath = await publishWeights(root)
  const config = { ...tinyConfig, generation: { perPrimer: 1, totalSteps: 72, temperature: 0.9 } }
  const outFolder = join(root, 'generated_melodies')
  const weightsFile = join(root, weightsPath)
  await generateMelodies({ config, weightsFile, weightsPath, run: 'r', step: 1, outFolder }, quietEffects())
  const folder = join(outFolder, 'iteration_1')
  const midi = await readFile(join(folder, 'it_1_arp_nr_1.mid'))
  return { root, folder, sidecar: join(folder, 'it_1_arp_nr_1.json'), midi }
}

async function edit(path: string, change: Partial<Record<keyof Sidecar, unknown>>): Promise<void> {
  const sidecar = JSON.parse(await readFile(path, 'utf8')) as Sidecar
  await writeFile(path, JSON.stringify({ ...sidecar, ...change }))
}

describe('regenerate', () => {
  it('writes the same bytes again, beside the sidecar or in the folder it is given', async () => {
    const { root, folder, sidecar, midi } = await published()
    await rm(join(folder, 'it_1_arp_nr_1.mid'))
    const beside = await regenerate(sidecar, { root })
    expect(beside.path).toBe(join(folder, 'it_1_arp_nr_1.mid'))
    expect(await readFile(beside.path)).toEqual(midi)
    const named = await regenerate(sidecar, { root, out: join(root, 'again.mid') })
    expect(await readFile(named.path)).toEqual(midi)
    const inFolder = await regenerate(sidecar, { root, out: root })
    expect(inFolder.path).toBe(join(root, 'it_1_arp_nr_1.mid'))
  })

  it('finds the weights that were published with the sidecar, or lie beside it', async () => {
    const { root, sidecar, midi } = await published()
    const elsewhere = await temporaryFolder()
    const { path } = await regenerate(sidecar, { root: elsewhere, out: join(elsewhere, 'a.mid') })
    expect(await readFile(path)).toEqual(midi)
    await copyFile(sidecar, join(elsewhere, 'tune.json'))
    await copyFile(join(root, 'report/results/checkpoints/1.safetensors'), join(elsewhere, '1.safetensors'))
    const alone = await regenerate(join(elsewhere, 'tune.json'), { root: join(elsewhere, 'nothing') })
    expect(alone.path).toBe(join(elsewhere, 'tune.mid'))
    expect(await readFile(alone.path)).toEqual(midi)
  })

  it('refuses other weights, and writes nothing', async () => {
    const { root, folder, sidecar } = await published()
    await publishWeights(root, 2)
    await rm(join(folder, 'it_1_arp_nr_1.mid'))
    await expect(regenerate(sidecar, { root })).rejects.toThrow(/was made with the weights with sha256 .*other weights/)
    expect(await filesIn(folder)).not.toContain('it_1_arp_nr_1.mid')
  })

  it('names where it looked for weights that are missing, and takes them from elsewhere', async () => {
    const { root, sidecar, midi } = await published()
    const weights = join(root, 'report/results/checkpoints/1.safetensors')
    await rename(weights, join(root, 'moved'))
    await expect(regenerate(sidecar, { root })).rejects.toThrow(`are missing: looked at ${weights}, `)
    const { path } = await regenerate(sidecar, { root, checkpoint: join(root, 'moved'), out: join(root, 'b.mid') })
    expect(await readFile(path)).toEqual(midi)
  })

  it('refuses a sidecar whose recipe was changed', async () => {
    const { root, sidecar } = await published()
    await edit(sidecar, { seed: 12345 })
    await expect(regenerate(sidecar, { root })).rejects.toThrow('does not give its melody again')
  })

  it.each([
    [{ temperature: -1 }, 'invalid temperature: -1'],
    [{ conditionedOn: [60, 200] }, 'invalid conditionedOn.1: 200'],
    [{ beamSize: 0 }, 'invalid beamSize: 0'],
    [{ totalSteps: 1e9 }, 'invalid totalSteps: 1000000000'],
    [{ totalSteps: 50_000, beamSize: 64 }, 'totalSteps 50000 times 64 candidates is 3200000 (at most 1000000)'],
    [{ beamSize: 4096, branchFactor: 2 }, 'invalid branchFactor: 2 (at most 4096 candidates)'],
    [{ timeSignature: { numerator: 3, denominator: 5 } }, 'invalid timeSignature.denominator: 5'],
    [{ timeSignature: null }, 'invalid timeSignature: null'],
    [{ topP: 2 }, 'invalid topP: 2'],
    [{ checkpointSha256: 'x' }, 'invalid checkpointSha256: "x"'],
    [{ totalSteps: 10 }, 'invalid totalSteps: 10'],
    [{ seed: undefined }, 'invalid seed: missing'],
    [{ format: 'other' }, 'invalid format: "other"'],
  ])('names what is wrong in a sidecar: %j', async (change, message) => {
    const { root, sidecar } = await published()
    await edit(sidecar, change)
    await expect(regenerate(sidecar, { root })).rejects.toThrow(message)
  })

  it.each([
    ['/dev/zero', 'are missing: looked at /dev/zero'],
    ['/etc/hostname', '/etc/hostname holds other weights'],
  ])('reads no more of %s, named in a sidecar as its weights, than it must', async (checkpoint, message) => {
    const { root, sidecar } = await published()
    await edit(sidecar, { checkpoint })
    await rm(join(root, 'report/results/checkpoints'), { recursive: true })
    const said = regenerate(sidecar, { root: '/', checkpoint })
    await expect(said).rejects.toThrow(message)
    await expect(said).rejects.not.toThrow(sha256(await readFile('/etc/hostname')).slice(0, 12))
  })

  it.each(['/dev/zero', '/dev/null'])('opens no device: %s', async (device) => {
    await expect(openModelFile(device)).rejects.toThrow(`cannot generate from ${device}: it is a device or a pipe`)
  })

  it('names a place it cannot write to', async () => {
    const { root, sidecar } = await published()
    const out = join(sidecar, 'inside-a-file.mid')
    await expect(regenerate(sidecar, { root, out })).rejects.toThrow(`cannot write to ${out}`)
  })

  it('names a file that is not a sidecar', async () => {
    const { root, folder } = await published()
    await expect(regenerate(join(folder, 'it_1_arp_nr_1.mid'), { root })).rejects.toThrow(
      'give the .json beside a .mid',
    )
    await expect(regenerate(join(folder, 'none.json'), { root })).rejects.toThrow('ENOENT')
    await mkdir(join(folder, 'x.json'))
    await expect(regenerate(join(folder, 'x.json'), { root })).rejects.toThrow('EISDIR')
  })
})
