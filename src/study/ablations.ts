import { eventEncoding } from '../dataset/encoding.ts'
import { baselineScores } from '../evaluation/baselines.ts'
import { type FamilyScore, spreadOf, testScores } from '../evaluation/intervals.ts'
import type { ByIteration, IterationName, Scale } from '../config/experimentConfig.ts'
import { ITERATIONS } from '../config/scales.ts'
import {
  type LeakStudy,
  MEASURES,
  type MeasureName,
  type QuickStudy,
  type SeedStudy,
  type SplitScores,
  type Summary,
} from '../results/summary.ts'
import { decodeWeights, encodeWeightsFp16 } from '../model/safetensors.ts'
import type { Effects } from '../support/effects.ts'
import { sha256 } from '../support/files.ts'
import type { StudyFolders } from '../support/projectRoot.ts'
import { bestCheckpoint } from '../training/bestCheckpoint.ts'
import {
  BOOTSTRAP,
  bothSets,
  eachIteration,
  iterationSummary,
  measureAll,
  type Measured,
  type Model,
  oneByOne,
  scoresOf,
  withFamilies,
} from './measuredModel.ts'
import { measureBaselines, withoutScores } from './measuredBaselines.ts'
import { asPublished, openIteration, trainIteration } from './reproduce.ts'
import { itemAt, propertyOf } from '../support/itemAt.ts'
import { recordOf } from '../support/records.ts'
import { both } from '../support/both.ts'

/** The seeds that say how far apart equal runs lie. */
const SEEDS: readonly number[] = [1, 2, 3]
/** What chance, the split and the quick scale do: on the embedded tunes, so that anyone can check it. */
export async function furtherStudies(
  folders: StudyFolders,
  effects: Effects,
): Promise<Pick<Summary, 'seeds' | 'leakySplit' | 'quick'>> {
  const bySeed: ByIteration<Measured>[] = []
  for (const seed of SEEDS) {
    const names = recordOf(ITERATIONS, (name) => name)
    const models = await oneByOne(names, (iteration) => trainedModel({ iteration, seed }, folders, effects))
    bySeed.push(await measureAll(models, effects))
  }
  return {
    seeds: seedStudy(bySeed),
    leakySplit: await leakStudy(itemAt(bySeed, 0)['2.1'], folders, effects),
    quick: await quickStudy(itemAt(bySeed, 0), effects),
  }
}

const QUICK: Scale = 'quick'

/** A model at quick scale on the embedded tunes, trained unless its run is finished. */
async function trainedModel(
  { iteration, seed, byFile = false }: { iteration: IterationName; seed: number; byFile?: boolean },
  folders: StudyFolders,
  effects: Effects,
): Promise<Model> {
  const overrides = byFile ? { data: { split: { byFile } } } : {}
  const opened = await openIteration({ iteration, scale: QUICK, seed, overrides, folders }, effects)
  const { checkpoint, rows } = await trainIteration(opened, effects)
  const { best, last } = await bestCheckpoint(opened.runFolder, checkpoint)
  const { spec } = checkpoint
  const bytes = encodeWeightsFp16(spec, best.weights, {})
  const { weights } = decodeWeights(bytes) // as they would be published
  return {
    opened,
    spec,
    weights,
    step: best.step,
    curve: rows,
    config: opened.config,
    checkpoint: { path: '', sha256: sha256(bytes) },
    last: last && { ...last, weights: asPublished(spec, last.weights) },
  }
}

function seedStudy(bySeed: readonly ByIteration<Measured>[]): SeedStudy {
  const first = itemAt(bySeed, 0)
  const iterations = eachIteration(first, (_, name) => {
    const runs = bySeed.map((models) => {
      const { opened, scores, config } = propertyOf(models, name)
      return { run: opened.run, seed: config.seed, test: bothSets((set) => pointScores(scores[set])) }
    })
    const spread = bothSets((set) => perMeasure((measure) => spreadOf(runs.map(({ test }) => test[set][measure]))))
    return { runs, spread }
  })
  return { setting: QUICK, corpus: first['1'].opened.corpus, iterations }
}

const perMeasure = <T>(make: (measure: MeasureName) => T): Record<MeasureName, T> => recordOf(MEASURES, make)

function pointScores(scores: readonly FamilyScore[]): Record<MeasureName, number> {
  const test = testScores(scores, { draws: 0 })
  return perMeasure((measure) => test[measure].value)
}

/** Iteration 2.1 on both splits of the same files, and PPM and the IDyOM-like predictor, which memorise at once. */
async function leakStudy(byFamily: Measured, folders: StudyFolders, effects: Effects): Promise<LeakStudy> {
  const { seed } = byFamily.config
  const { iteration } = byFamily.config
  const byFile = await trainedModel({ iteration, seed, byFile: true }, folders, effects)
  return {
    setting: QUICK,
    splits: { byFamily: await splitScores(byFamily, effects), byFile: await splitScores(byFile, effects) },
  }
}

async function splitScores(model: Model, effects: Effects): Promise<SplitScores> {
  const { train, validation, test } = model.opened.part
  const known = new Set(train.map(({ canonicalHash }) => canonicalHash))
  const encoding = eventEncoding(model.spec)
  const found = await baselineScores({ encoding, train, validation, test }, effects, ['ppm', 'idyom'])
  const [ppm, idyom] = both([itemAt(found, 0), itemAt(found, 1)], ({ scores }) =>
    testScores(withFamilies(scores, test), BOOTSTRAP),
  )
  return {
    trainingMelodies: train.length,
    testMelodies: test.length,
    seen: test.filter(({ canonicalHash }) => known.has(canonicalHash)).length,
    model: testScores(await scoresOf(model, test, effects), BOOTSTRAP),
    ppm,
    idyom,
  }
}

async function quickStudy(models: ByIteration<Measured>, effects: Effects): Promise<QuickStudy> {
  const iterations = eachIteration(models, (model) => {
    const { checkpoint: _checkpoint, config: _config, ...numbers } = iterationSummary(model)
    return numbers
  })
  const { '2.1': general, '2.2': style } = models
  const { baselines } = await measureBaselines({ general: general.opened, style: style.opened }, effects)
  return {
    corpus: models['1'].opened.corpus,
    command: 'npm run reproduce && npx cantus study summarize --scale quick --further',
    iterations,
    baselines: bothSets((set) => withoutScores(baselines[set])),
  }
}
