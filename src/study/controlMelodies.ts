import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT_NAMES } from '../config/modes.ts'
import { type StarterPrimer, starterPrimers } from '../generation/starterPrimers.ts'
import { type ControlMelodies, controlMelodiesFile } from '../results/controlMelodies.ts'
import { sidecarText } from '../results/sidecar.ts'
import type { Effects } from '../support/effects.ts'
import { replaceFolder } from '../support/folders.ts'
import { inScratchFolder } from '../support/inScratchFolder.ts'
import { itemAt } from '../support/itemAt.ts'
import type { StudyFolders } from '../support/projectRoot.ts'
import { generate, type GenerateOptions, type WrittenMelody } from './generate.ts'

/** Where they lie, below the folder of the results. */
export const CONTROL_MELODIES = 'generated_melodies/controls'
/** The model of the page, and a tune in 3/4, whose bars are as long as those of 6/8. */
const [ITERATION, TUNE] = ['3.1', 'starter:2']
const ADDED_BARS = 8
const SEED = 1
/** Bars that are drawn again: the third and the fourth of those that were added. */
const REWRITTEN = { first: 7, last: 8 }

/** How one melody differs from the free one. */
interface Change {
  readonly control: string
  readonly asked: string
  readonly change: Pick<GenerateOptions, 'control' | 'dial'>
}

const changes = ({ tonic }: StarterPrimer): Change[] => {
  const minor = `${ROOT_NAMES[tonic] ?? 'C'} aeolian`
  return [
    { control: 'free', asked: 'nothing', change: {} },
    { control: 'key', asked: 'the key of the primer, no other note', change: { control: { key: 'primer' } } },
    { control: 'mode', asked: `${minor}, no other note`, change: { control: { key: minor } } },
    { control: 'metre', asked: '6/8', change: { control: { metre: { numerator: 6, denominator: 8 } } } },
    { control: 'rhythm', asked: 'the rhythm of the primer', change: { control: { keepRhythm: 'primer' } } },
    { control: 'pitches', asked: 'the pitches of the primer', change: { control: { keepPitches: 'primer' } } },
    { control: 'density', asked: 'two notes per quarter', change: { control: { density: 2 } } },
    { control: 'range', asked: 'a fifth from the lowest to the highest note', change: { control: { range: 7 } } },
    { control: 'stepwise', asked: 'nine moves of ten by step', change: { control: { stepwise: 0.9 } } },
    { control: 'repetition', asked: 'nine notes of ten in repeated motifs', change: { control: { repetition: 0.9 } } },
    { control: 'dial', asked: 'half way to iteration 3.2', change: { dial: { style: 0.5, by: 'outputs' } } },
  ]
}

/**
 * One held-out primer, continued by the page's model freely and with each control, then two bars of the free melody drawn again: MIDI
 * with sidecars in `generated_melodies/controls`, which is replaced as a whole, and `report/results/controls.json`. Nothing is chosen
 * by ear: all have the same seed.
 * @throws UserError where the models are not published; InterruptedError.
 */
export async function makeControlMelodies(folders: StudyFolders, effects: Effects): Promise<ControlMelodies> {
  const tune = itemAt(
    starterPrimers.filter(({ choice }) => choice === TUNE),
    0,
  )
  return inScratchFolder('controls', async (scratch) => {
    const made: (Pick<Change, 'control' | 'asked'> & { readonly melody: WrittenMelody })[] = []
    const make = async (change: Partial<GenerateOptions>): Promise<WrittenMelody> =>
      itemAt(await generate({ ...common(folders, scratch), ...change }, effects), 0)
    const newSteps = ADDED_BARS * tune.stepsPerBar
    for (const { change, ...words } of changes(tune))
      made.push({ ...words, melody: await make({ primers: [TUNE], newSteps, appendix: false, ...change }) })
    const events = itemAt(made, 0).melody.sidecar.events.join(',')
    const rewrite = { primers: [events], rewrite: { bars: REWRITTEN }, control: { metre: tune.metre, accent: 0 } }
    const asked = `bars ${REWRITTEN.first} and ${REWRITTEN.last} of the free melody drawn again, the best of eight`
    made.push({ control: 'rewrite', asked, melody: await make(rewrite) })
    return await publish(made, folders.root, effects)
  })
}

const common = (folders: StudyFolders, out: string): GenerateOptions => ({
  ...{ iteration: ITERATION, primers: [], topK: null, beamSize: 1, branchFactor: 1, stepsPerIteration: 1 },
  ...{ seed: SEED, count: 1, out, force: true, folders },
})

async function publish(
  made: readonly (Pick<Change, 'control' | 'asked'> & { readonly melody: WrittenMelody })[],
  root: string,
  effects: Effects,
): Promise<ControlMelodies> {
  const write = async (fresh: string): Promise<void> => {
    for (const { control, melody } of made) {
      await writeFile(join(fresh, `${control}.mid`), await readFile(melody.path))
      await writeFile(join(fresh, `${control}.json`), sidecarText(melody.sidecar))
    }
  }
  await replaceFolder({ target: join(root, CONTROL_MELODIES), nowMs: effects.now(), write })
  const report: ControlMelodies = {
    format: 'cantus-controls-1',
    iteration: ITERATION,
    checkpointSha256: itemAt(made, 0).melody.sidecar.checkpointSha256,
    primer: TUNE,
    melodies: made.map(({ control, asked }) => ({ control, asked, file: `${CONTROL_MELODIES}/${control}.mid` })),
  }
  await controlMelodiesFile.write(root, report)
  return report
}
