import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { melodyMidi } from '../../src/generation/compose.ts'
import { type PrimerName, primers } from '../../src/generation/primers.ts'
import { starterPrimers } from '../../src/generation/starterPrimers.ts'
import type { IterationName } from '../../src/config/experimentConfig.ts'
import type { IterationResult } from '../../src/results/iterationResult.ts'
import type { Sidecar } from '../../src/results/sidecar.ts'
import { differsFromStudy, experiment, ITERATIONS } from '../../src/config/scales.ts'
import { melodyFromEvents } from '../../src/melody/melody.ts'
import { melodyToNoteSequence } from '../../src/melody/melodyToNoteSequence.ts'
import { writeMidi } from '../../src/score/writeMidi.ts'
import { type StarterReport, starterReportFile } from '../../src/results/starterReport.ts'
import { sha256 } from '../../src/support/files.ts'
import { overlay } from '../../src/evaluation/overlay.ts'
import type { NearestMelody } from '../../src/results/musicalReport.ts'
import { musicalStudy } from '../../src/study/musicalStudy.ts'
import { ablationFile } from '../../src/results/ablationReport.ts'
import { transferFile } from '../../src/results/transferReport.ts'
import { standInAblations } from '../charts/standInAblations.ts'
import { standInTransfer } from '../charts/standInTransfer.ts'
import { standInRecord, standInSummary } from '../charts/standInSummary.ts'
import { tinyMusic } from '../fixtures/tinyMusic.ts'
import { publishWeights, quietEffects } from '../generation/fixtures.ts'

const PRIMERS: readonly PrimerName[] = ['major', 'bach']

/** What a run would publish, with made-up numbers: five iterations of two primers and two melodies each. */
export async function writeStandInStudy(root: string): Promise<void> {
  for (const iteration of ITERATIONS) {
    const melodies: string[] = []
    for (const primer of PRIMERS) {
      for (const number of [1, 2]) melodies.push(await writeMelody(root, iteration, primer, number))
    }
    await writeJson(join(root, `report/results/iterations/${iteration}.json`), standInResult(iteration, melodies))
  }
  await writeStandInStarter(root)
  await writeJson(join(root, 'report/results/summary.json'), standInSummary('smoke-standin-s1', sha256))
  await writeJson(join(root, 'report/results/study.json'), standInRecord())
  const transfers = [standInTransfer('smoke-standin-s1')]
  await transferFile.write(root, { format: 'cantus-transfer-1', datasetHash: 'abc', transfers })
  await ablationFile.write(root, standInAblations)
  const weights = join(root, await publishWeights(root))
  for (const iteration of ITERATIONS.slice(1))
    await copyFile(weights, join(root, `report/results/checkpoints/${iteration}.safetensors`))
  const material = tinyMusic(weights, 'smoke-standin-s1', { names: ITERATIONS })
  const music = await musicalStudy(material, { perCell: 3, draws: 200 }, quietEffects())
  await writeJson(join(root, 'report/results/musical.json'), {
    ...music,
    nearest: music.nearest.map((each) => standInNearest(each)),
    studyPieces: { 'it_2.1_bach_nr_2': { stepwiseShare: 0.123, development: null } },
  })
}

/** Two held-out tunes, continued by their composers, PPM, a model of the results and one that has been replaced since. */
async function writeStandInStarter(root: string): Promise<void> {
  const models = [
    { iteration: '1', run: 'smoke-standin-s1', checkpointSha256: sha256('1') },
    { iteration: '2.1', run: 'smoke-replaced-s1', checkpointSha256: sha256('replaced') },
  ] as const
  const melodies: StarterReport['melodies'][number][] = []
  for (const { name, tune, stepsPerBar, qpm, metre } of [starterPrimers[0]!, starterPrimers[2]!]) {
    for (const by of ['person', 'ppm', '1', '2.1'] as const) {
      const events = tune.slice(0, 12 * stepsPerBar)
      const file = `generated_melodies/starter/${by === 'person' || by === 'ppm' ? by : `it_${by}`}_${name}.mid`
      await writeJson(join(root, file.replace('.mid', '.json')), { format: 'stand-in' })
      await writeFile(join(root, file), melodyMidi(events, qpm, metre))
      melodies.push({ primer: name, by, file, events })
    }
  }
  const rest = { bars: { given: 4, added: 8 }, models, ppm: { order: 16, melodies: 1234 }, melodies }
  await starterReportFile.write(root, { format: 'cantus-starter-melodies-report-1', ...rest })
}

/** Nearest melodies as a real evaluation has them: one whose notes are shown, one whose may not be, one without anything shared. */
function standInNearest(found: NearestMelody): NearestMelody {
  const known = { id: 'tunes/1.mid/0', title: 'title of tunes/1.mid', source: 'tunes', licence: 'public domain' }
  if (found.melody === 'it_2.1_bach_nr_2') {
    const added = eventsAdded('bach', 2)
    // Its third to sixth note are the melody's second to fifth.
    const other = [40, 41, ...added.slice(4, 20), 90]
    const place = { start: 1, at: 2 }
    return { melody: found.melody, moves: 3, ...place, ...known, overlay: overlay(added, other, place) }
  }
  if (found.melody === 'it_2.1_bach_nr_1') {
    return { melody: found.melody, moves: 4, start: 0, at: 3, ...known, licence: 'by permission', overlay: null }
  }
  return found.melody === 'it_1_bach_nr_1' ? { ...found, moves: 0, overlay: null } : found
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, JSON.stringify(value))
}

function eventsAdded(primer: PrimerName, number: number): number[] {
  const length = 128 - primers[primer].length - 2
  return Array.from({ length }, (_, n) => (n % 4 === 0 ? 60 + ((n * number) % 12) : -2))
}

async function writeMelody(
  root: string,
  iteration: IterationName,
  primer: PrimerName,
  number: number,
): Promise<string> {
  const path = `generated_melodies/iteration_${iteration}/it_${iteration}_${primer}_nr_${number}.mid`
  const conditionedOn = [...primers[primer], -1, -2]
  const added = eventsAdded(primer, number)
  // One model holds silence to the end.
  const isSilent = iteration === '1' && primer === 'major' && number === 2
  const events = [...conditionedOn, ...(isSilent ? added.map(() => -2) : added)]
  const midi = writeMidi(melodyToNoteSequence(melodyFromEvents(events)))
  const sidecar: Sidecar = {
    format: 'cantus-melody-1',
    iteration,
    scale: 'smoke',
    run: 'smoke-standin-s1',
    checkpoint: `report/results/checkpoints/${iteration}.safetensors`,
    checkpointSha256: sha256(iteration),
    step: 40,
    primer,
    primerEvents: primers[primer],
    conditionedOn,
    seed: 1000 + number,
    temperature: 1,
    topK: null,
    topP: null,
    beamSize: 1,
    branchFactor: 1,
    stepsPerIteration: 1,
    totalSteps: 128,
    qpm: 120,
    logLikelihood: -123.456,
    events,
    midiSha256: sha256(midi),
  }
  await writeJson(join(root, path.replace('.mid', '.json')), sidecar)
  await writeFile(join(root, path), midi)
  return path
}

function standInResult(iteration: IterationName, melodies: string[]): IterationResult {
  const config = experiment(iteration, 'smoke')
  const metrics = {
    loss: 1.23456,
    perplexity: 3.437,
    accuracy: 0.6543,
    eventAccuracy: 0.25,
    noEventAccuracy: 0.9,
    steps: 4321,
  }
  return {
    format: 'cantus-iteration-1',
    run: 'smoke-standin-s1',
    config,
    differsFromStudy: differsFromStudy(config),
    environment: {
      commit: '0123456789abcdef',
      node: 'v22.0.0',
      backend: 'stand-in',
      platform: 'linux x64',
      date: '2026-01-02T03:04:05.000Z',
    },
    dataset: {
      hash: sha256('data'),
      corpus: 'stand-in',
      files: { train: 80, validation: 10, test: 10 },
      melodies: { train: 1234, validation: 15, test: 17 },
      dropped: { polyphonic: 12, 'too-short': 3 },
    },
    step: 40,
    trainingSeconds: 65,
    eventsPerSecond: 20_000,
    restored: iteration === '2.2' || iteration === '3.2' ? ['lstm_0/kernel', 'output/bias'] : null,
    curve: [0, 10, 20, 30, 40].flatMap((step) => [
      { ...metrics, kind: 'train' as const, step, seconds: step, loss: 4 - step / 20 },
      // No event among the first steps: an accuracy over none is NaN, which JSON stores as null.
      {
        ...metrics,
        kind: 'test' as const,
        step,
        seconds: step,
        loss: 4 - step / 25,
        eventAccuracy: step === 0 ? NaN : 0.2,
      },
    ]),
    test: metrics,
    baselines: { unigramLoss: 1.9876, majorityAccuracy: 0.5 },
    checkpoint: {
      path: `report/results/checkpoints/${iteration}.safetensors`,
      sha256: sha256(iteration),
      bytes: 563_000,
    },
    melodies,
  }
}
