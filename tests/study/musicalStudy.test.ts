import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { profileFiles, profileText } from '../../src/evaluation/musicalProfile.ts'
import { type MusicalMaterial, musicalStudy } from '../../src/study/musicalStudy.ts'
import { CLAIM_METRICS } from '../../src/evaluation/musical/claimMetrics.ts'
import { METRICS } from '../../src/evaluation/musical/metrics.ts'
import { pieceOf } from '../../src/evaluation/musical/piece.ts'
import { spreadOfValues } from '../../src/evaluation/musical/reference.ts'
import { primers } from '../../src/generation/primers.ts'
import { END_OF_TRANSFER, type MusicalReport, stepsDiffer } from '../../src/results/musicalReport.ts'
import { melodyFromEvents } from '../../src/melody/melody.ts'
import { melodyToNoteSequence } from '../../src/melody/melodyToNoteSequence.ts'
import { writeMidi } from '../../src/score/writeMidi.ts'
import { InterruptedError } from '../../src/support/errors.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { contrastsSpec } from '../../src/charts/musical.ts'
import { claimTable, intervalTable, leadingNoteTable, musicSentences } from '../../src/charts/musicalTables.ts'
import { tinyMusic, tune } from '../fixtures/tinyMusic.ts'
import { publishWeights, quietEffects, temporaryFolder } from '../generation/fixtures.ts'

let root = ''
beforeAll(async () => (root = await mkdtemp(join(tmpdir(), 'cantus-musical-'))))
afterAll(() => rm(root, { recursive: true, force: true }))

const material = async (studyMelodies: string | null = null): Promise<MusicalMaterial> =>
  tinyMusic(join(root, await publishWeights(root)), 'r', { studyMelodies })

const small = { perCell: 3, totalSteps: 80, draws: 200 } // steps: the primer of Bach takes 66

describe('musicalStudy', () => {
  let report: MusicalReport
  beforeAll(async () => {
    report = await musicalStudy(await material(), small, quietEffects())
  }, 300_000)

  it('measures every set in every metric, and says how many pieces each number is of', () => {
    expect(report.definitions.map(({ id }) => id)).toEqual(METRICS.map(({ id }) => id))
    for (const { id, sets, cells } of report.metrics) {
      expect(Object.keys(sets), id).toEqual(['human general', 'human style', 'ours 1', 'ours 2.1', 'ours 2.2'])
      const { n, undefined: undefinedPieces } = sets['ours 1']!
      expect(n + undefinedPieces, id).toBe(21)
      expect(Object.keys(cells['ours 1']!)).toEqual([...Object.keys(primers), 'all'])
    }
    expect(report.perCell).toBe(3)
  })

  it('measures what a claim alone asks for of its primer, corrected for all that was asked of the two sets', () => {
    const [metric] = CLAIM_METRICS
    expect(report.claimDefinitions?.map(({ id }) => id)).toEqual(CLAIM_METRICS.map(({ id }) => id))
    const own = report.contrasts.filter(({ metric: id }) => id === metric?.id)
    expect(own.map(({ primer }) => primer)).toEqual(['onenote', 'onenote'])
    const claim = report.claims.find(({ metric: id }) => id === metric?.id)
    expect(claim?.ours?.contrast).toEqual(own[1])
    const questions = report.contrasts.filter(({ from }) => from === 'ours 2.1').length
    for (const { probability, adjusted, from } of own)
      if (from === 'ours 2.1' && !Number.isNaN(probability)) expect(adjusted).toBe(Math.min(1, probability * questions))
  })

  it('counts intervals and leading notes', () => {
    expect(report.motion.map(({ set }) => set)).toEqual([
      'human general',
      'human style',
      'ours 1',
      'ours 2.1',
      'ours 2.2',
    ])
    for (const { shares, intervals, leadingNotes, resolved } of report.motion) {
      expect(intervals).toBeGreaterThan(0)
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12)
      expect(resolved).toBeLessThanOrEqual(leadingNotes)
    }
    expect(intervalTable(report)).toHaveLength(14)
    // As it is read from a file: what is not defined is null there.
    const read = JSON.parse(JSON.stringify(report)) as MusicalReport
    expect(musicSentences(read)).toEqual(musicSentences(report))
    const sentences = musicSentences(report)
    expect(sentences.find((sentence) => sentence.startsWith('Iterations 1, 2.1 and 2.2 all'))).not.toContain(
      'of the primer',
    )
    expect(sentences.slice(-5)).toEqual([
      expect.stringMatching(
        /^Iterations 1, 2\.1 and 2\.2 all have clearly lower values than people in: .*; clearly higher ones in: /,
      ),
      expect.stringContaining(
        `Its own files were not measured. Ours support 0, contradict 0 and leave ${report.claims.length} open.`,
      ),
      ...['1', '2.1', '2.2'].map((name) =>
        expect.stringContaining(`Given a continuation by iteration ${name}, one can tell`),
      ),
    ])
    expect(sentences[0]).toMatch(
      /^Notes in a motif that returns: .*% in people's melodies .* of iterations 1, 2\.1 and 2\.2\.$/,
    )
    expect(leadingNoteTable(report)).toHaveLength(5)
  })

  it('finds no difference between a model and itself', () => {
    const all = report.contrasts.filter(({ primer }) => primer === 'all')
    // The seeds depend on the iteration's name, so its continuations differ, but not beyond chance.
    expect(all.filter(({ adjusted }) => adjusted < 0.05)).toEqual([])
    expect(all.filter(({ from }) => from === 'ours 2.1')).toHaveLength(METRICS.length)
  })

  it('keeps the notes of a nearest melody where they may be shown, and lays its stretch where it is shared', () => {
    const shared = report.nearest.filter(({ moves }) => moves > 0)
    expect(new Set(shared.map(({ overlay }) => overlay === null)).size).toBe(2)
    for (const { id, moves, at, overlay } of shared) {
      const number = Number(/(\d+)\.mid/.exec(id!)![1])
      expect(overlay === null).toBe(number % 3 === 0)
      if (!overlay) continue
      const { notes } = pieceOf(tune(number).events)
      const laid = pieceOf(overlay.events).notes.map(({ pitch, startStep }) => `${pitch} ${startStep}`)
      for (const { pitch, startStep } of notes.slice(at, at + moves + 1))
        expect(laid).toContain(`${pitch + overlay.semitones} ${startStep + overlay.steps}`)
    }
  })

  it('identifies a primer no better than chance if the model has learnt nothing', () => {
    for (const { primers: told, confusion, n, undecided, chance } of report.fidelity) {
      expect(told).toEqual(['major', 'minor', 'arp', 'bach', 'modal'])
      expect(confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(n)
      expect(n + undecided).toBe(15)
      expect(chance).toBe(0.2)
    }
  })

  it("judges the study's claims on both, and decides nothing of three pieces", () => {
    expect(report.claims.length).toBeGreaterThan(9)
    for (const { study, ours } of report.claims) {
      expect(study).toBeNull()
      expect(ours!.verdict).toBe('the data do not decide')
    }
  })

  it('judges what is claimed of iteration 2.2 at the end of its run as well, and counts that run nowhere else', async () => {
    const { models, ...rest } = await material()
    const { config, weightsFile } = models['2.2']
    const endOfTransfer = { config, weightsFile }
    const { claims, contrasts, ...other } = await musicalStudy(
      { models, ...rest, endOfTransfer },
      small,
      quietEffects(),
    )
    const isOfEnd = ({ to }: { readonly to: string }): boolean => to === END_OF_TRANSFER
    expect({ ...other, contrasts: contrasts.filter((each) => !isOfEnd(each)) }).toEqual(
      Object.fromEntries(Object.entries(report).filter(([name]) => name !== 'claims')),
    )
    for (const { to, ours, oursLast } of claims) {
      if (to !== '2.2') expect(oursLast).toBeUndefined()
      else expect(oursLast).toEqual({ ...ours, contrast: { ...ours!.contrast, to: END_OF_TRANSFER } }) // the same weights
    }
    const ofStyle = claims.filter(({ to }) => to === '2.2').length
    const column = claimTable({ ...other, claims, contrasts }).map((row) => row['on ours, the end of 2.2'])
    expect(column.filter((cell) => cell !== '–')).toHaveLength(ofStyle)
    expect(musicSentences({ ...other, claims }).join(' ')).toContain(
      `Of the ${ofStyle} about iteration 2.2, continuations at the end of our run, where the study listened, support 0, contradict 0 and leave ${ofStyle} open.`,
    )
    expect(claimTable(report)[0]).not.toHaveProperty('on ours, the end of 2.2')
  })

  it('gives no verdict on data where the steps differ, and the same numbers again', async () => {
    const { models, ...rest } = await material()
    const longer = { ...models, '2.1': { ...models['2.1'], steps: 90 } }
    const { claims, runs, ...other } = await musicalStudy({ models: longer, ...rest }, small, quietEffects())
    expect({ ...other, claims: report.claims, runs: report.runs }).toEqual(report)
    for (const { from, ours } of claims)
      expect(ours!.verdict).toBe(from === '1' ? 'data and steps differ' : 'the data do not decide')
    const sentences = musicSentences({ claims, runs, ...other })
    expect(sentences.join(' ')).toMatch(
      /The other \d+ are about more data, and our two models differ in their steps as well/,
    )
    expect(JSON.stringify(contrastsSpec({ runs, ...other }, 'ours 1', 'ours 2.1'))).toContain('more steps: 40 and 90')
    expect(JSON.stringify(contrastsSpec({ runs, ...other }, 'ours 2.1', 'ours 2.2'))).not.toContain('more steps')
    const chosen = { ...runs, '1': { ...runs['1'], made: 90 } } // as many, the best of them published
    expect(stepsDiffer({ from: '1', to: '2.1' }, chosen)).toBe(false)
  })

  describe("of training melodies, beside the study's files", () => {
    let other: MusicalReport
    beforeAll(async () => {
      const folder = join(root, 'study')
      await mkdir(join(folder, 'Iteration_2.1'), { recursive: true })
      const events = [...primers.major, -1, -2, 60, -2, 62, -2, 64, -2, -2, -2]
      const midi = writeMidi(melodyToNoteSequence(melodyFromEvents(events)))
      await writeFile(join(folder, 'Iteration_2.1', 'it_2.1_major_nr_1.mid'), midi)
      const given = await material(folder)
      const known = { general: given.models['2.1'].trainedOn.slice(0, 3), style: [] }
      other = await musicalStudy({ ...given, human: known }, small, quietEffects())
    }, 300_000)

    it('finds a training melody again, with title and source, and where it lies', () => {
      const { novelty, nearest } = other
      const human = novelty.find(({ set }) => set === 'human general')!
      expect(human.share.percentiles).toEqual([1, 1, 1, 1, 1])
      expect(nearest).toHaveLength(3 * 7 * 3)
      const [first] = nearest.filter(({ moves }) => moves > 0)
      const title = expect.stringMatching(/^title of tunes/) as string
      expect(first).toMatchObject({ title, licence: 'public domain' })
    })

    it("measures the study's files where they are", () => {
      const { metrics, studyPieces } = other
      expect(Object.keys(studyPieces!)).toEqual(['it_2.1_major_nr_1'])
      expect(studyPieces!['it_2.1_major_nr_1']).toMatchObject({ stepwiseShare: 1, pitchCount: 3, development: null })
      const stepwise = metrics.find(({ id }) => id === 'stepwiseShare')!
      expect(stepwise.sets['study 2.1']).toMatchObject({ n: 1, mean: 1 })
      expect(stepwise.cells['study 2.1']!['major']!.n).toBe(1)
    })
  })

  it('stops when asked to', async () => {
    await expect(musicalStudy(await material(), small, quietEffects(AbortSignal.abort()))).rejects.toThrow(
      InterruptedError,
    )
  })
})

describe('profileFiles', () => {
  const synth = join(projectRoot, 'tests', 'goldens', 'data', 'midi', 'synth')

  it('profiles one file metric by metric, with why a value is missing', async () => {
    const path = join(await temporaryFolder(), 'one.mid')
    await writeFile(path, writeMidi(melodyToNoteSequence(melodyFromEvents([60, -2, -2, -2]))))
    const profile = await profileFiles([path], null, quietEffects())
    expect(profile.pieces[0]).toMatchObject({ notes: 1, values: { stepwiseShare: null, pitchCount: 1 } })
    const text = profileText(profile)
    for (const { title, id } of METRICS) if (!id.startsWith('primer')) expect(text).toContain(title)
    expect(text).toContain('– (it has fewer than two notes)')
    expect(text).toContain('No reference')
  })

  it('profiles a folder, names what it left out, and says what is unusual', async () => {
    const folder = await temporaryFolder()
    await cp(synth, folder, { recursive: true })
    await writeFile(join(folder, 'broken.mid'), 'no midi')
    const reference = Object.fromEntries(METRICS.map(({ id }) => [id, spreadOfValues([1000, 1001, 1002])]))
    const profile = await profileFiles([folder], reference, quietEffects())
    const files = (await readdir(folder)).length
    expect(profile.pieces.length + profile.refused.length).toBeGreaterThanOrEqual(files)
    expect(profile.refused.map(({ file }) => file)).toContain(join(folder, 'broken.mid'))
    expect(profile.pieces.every(({ places }) => places['pitchCount'] === 'low')).toBe(true)
    expect(profileText(profile)).toMatch(/different pitches \(count\).* 1,?000/)
  })

  it('refuses a melody of hours by name, and measures the others', async () => {
    const folder = await temporaryFolder()
    const hours = [60, ...new Array<number>(60_000).fill(-2), 62, -2]
    for (const [name, events] of Object.entries({ hours, short: [60, -2, 62, -2] }))
      await writeFile(join(folder, `${name}.mid`), writeMidi(melodyToNoteSequence(melodyFromEvents(events))))
    const { pieces, refused } = await profileFiles([folder], null, quietEffects())
    expect(pieces.map(({ file }) => file)).toEqual([join(folder, 'short.mid')])
    expect(refused).toEqual([
      { file: join(folder, 'hours.mid'), reason: 'its melody has more than 50000 steps: cut the file' },
    ])
  })

  it('names each file where none has a melody', async () => {
    await expect(profileFiles([join(synth, 'no-such.mid')], null, quietEffects())).rejects.toThrow(
      /no melody to measure: .*no-such\.mid/,
    )
  })
})
