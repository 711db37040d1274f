import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NoteModelSpec } from '../../../src/config/modelSpec.ts'
import { starterPerformers } from '../../../src/duet/starterPerformers.ts'
import { publishedWeights } from '../../../src/generation/findModel.ts'
import { encodeWeightsFp16 } from '../../../src/model/safetensors.ts'
import { initialWeights } from '../../../src/model/weights.ts'
import { writeMidi } from '../../../src/score/writeMidi.ts'
import { makeDuet } from '../../../src/study/voices/makeDuet.ts'
import { twoVoiceScore } from '../../../src/study/voices/passageMidi.ts'
import { silentReporter } from '../../../src/support/progress.ts'

const spec: NoteModelSpec = { encoding: 'notes', layerSizes: [6, 5], attentionSize: 4, secondVoice: true }
const quiet = { reporter: silentReporter }
let root: string
let folders: { root: string; data: string }
let performer: string
const publish = async (seed: number): Promise<void> => {
  const path = publishedWeights(root, '3.3')
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, encodeWeightsFp16(spec, initialWeights(spec, seed), {}))
}
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cantus-duet-'))
  folders = { root, data: join(root, 'data') }
  performer = join(root, 'performer.mid')
  const { events, stepsPerBar } = starterPerformers[12]!
  const silence = new Array<number>(events.length).fill(-2)
  await writeFile(performer, writeMidi(twoVoiceScore([events, silence], { qpm: 96, stepsPerBar })))
  await publish(5)
})
afterAll(() => rm(root, { recursive: true }))

describe('makeDuet', () => {
  it.each([
    ['at once', { clock: 'at-once', mode: 'third-below', leastSteps: 4 }, false],
    ['committed, adapting', { clock: 'committed', range: [40, 70] }, true],
  ] as const)('plays the duet of a sidecar again, byte for byte: %s', async (_, settings, adapt) => {
    const out = join(root, 'first')
    const made = await makeDuet({ performer, model: '3.3', settings, seed: 7, adapt, out, folders }, quiet)
    const sidecar = made.path.replace(/mid$/, 'json')
    const [midi, text] = await Promise.all([readFile(made.path), readFile(sidecar)])
    const again = join(root, 'again')
    await rename(performer, `${performer}.away`) // the sidecar has all that is needed
    const other = { performer: sidecar, model: '1', settings: {}, seed: 1, out: again, folders }
    const replayed = await makeDuet(other, quiet).finally(() => rename(`${performer}.away`, performer))
    expect(await readFile(replayed.path)).toEqual(midi)
    expect(await readFile(replayed.path.replace(/mid$/, 'json'))).toEqual(text)
  })

  it('refuses a sidecar of other weights, and a missing one', async () => {
    const { path } = await makeDuet({ performer, model: '3.3', settings: {}, seed: 1, out: root, folders }, quiet)
    await publish(6)
    const again = (of: string) =>
      makeDuet({ performer: of, model: '3.3', settings: {}, seed: 1, out: root, folders }, quiet)
    await expect(again(path.replace(/mid$/, 'json'))).rejects.toThrow(/was played by weights [0-9a-f]{12}, 3\.3 has/)
    await expect(again(join(root, 'no.json'))).rejects.toThrow(/no file .*no\.json: name a MIDI or ABC file/)
  })
})
