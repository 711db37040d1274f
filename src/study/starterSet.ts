import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { listCorpus } from '../corpus/corpus.ts'
import type { CorpusFile } from '../corpus/listFolders.ts'
import { mayShowNotes } from '../corpus/sharedSources.ts'
import { openCorpus } from '../dataset/buildDataset.ts'
import type { FileRow, MelodyRow } from '../dataset/dataset.ts'
import { selectPart, type SelectedPart } from '../dataset/selectPart.ts'
import { iteration2_1 } from '../config/iteration2_1.ts'
import { STARTER_FILES, STARTER_FOLDER, type StarterFile, type StarterFileName } from '../results/starterSet.ts'
import type { Effects } from '../support/effects.ts'
import { InterruptedError, UserError } from '../support/errors.ts'
import { sha256, writeFileAtomic } from '../support/files.ts'
import { valueAt } from '../support/itemAt.ts'
import type { StudyFolders } from '../support/projectRoot.ts'
import { counted } from '../support/text/counted.ts'
import { corpusJob } from './corpusJob.ts'
import { openPieces, type ScoreStretch } from './starter/openPieces.ts'
import { type PassageCandidate, passageCandidate } from './starter/passageCandidates.ts'
import { type PieceCredit, pieceCredit } from './starter/pieceCredit.ts'
import { pickVaried } from './starter/pickVaried.ts'
import { isFree, starterCollections } from './starter/starterCollections.ts'
import { starterReadme } from './starter/starterReadme.ts'
import {
  HELD_OUT_TUNES,
  TRAINING_MELODIES,
  type TuneCandidate,
  tuneCandidate,
  type TuneDemands,
} from './starter/tuneCandidates.ts'
import { entriesOf } from '../support/records.ts'

/** How many of each the set holds. */
export const STARTER_COUNTS = { tunes: 12, passages: 40, melodies: 200 } as const satisfies Record<
  StarterFileName,
  number
>
/** Training melodies that are looked at: the first by the sha256 of their ids. */
const LOOKED_AT = 4000
/** The corpora that the published models were trained on. */
const CORPUS = ['shared']

/** The three files, and the families that their pieces are of. */
export interface StarterSet {
  readonly files: { readonly [Name in StarterFileName]: StarterFile<Name> }
  readonly families: Readonly<Record<StarterFileName, readonly string[]>>
}

/** How the pieces were chosen, in words; part of each file. */
const VARIED =
  'each next one is that whose features are rarest among those chosen before, of several the first by the sha256 of its id; one per family of similar files'
const RULES: Readonly<Record<StarterFileName, string>> = {
  tunes: `Test melodies of the published split (by family), of collections under CC0, CC BY or in the public domain (of OpenEWLD songs without an author), in 2/4, 3/4, 4/4, 6/8, 9/8 or 12/8, of at least 12 bars, from MIDI pitch 48 to 83 at least 95% in one mode and ending on its tonic; at least 10 notes of 4 pitches in the first 4 bars, 16 in the next 8, no rest above half a bar. Features: metre, mode, collection, range, composer; ${VARIED}. Kept: at most 32 bars.`,
  passages: `Two voices of one test file (published split, by family): the first 8 bars, of its pairs of tracks in order, in which both sound on at least 60% of the steps, each with 12 notes of 4 pitches, at most 25% of them in unison or octaves and at most 70% of the onsets together. Features: metre, major or minor, collection, composer, distance of the voices; ${VARIED}, which no tune is of.`,
  melodies: `Training melodies of the published split: of the first ${LOOKED_AT} by the sha256 of their ids those in 2/4, 3/4, 4/4, 6/8, 9/8 or 12/8 of at least 8 bars, at least 95% in one mode and ending on its tonic. Features: metre, mode, collection, range, composer; ${VARIED}. Kept: the first 8 bars.`,
}

interface Material {
  readonly part: SelectedPart
  readonly files: ReadonlyMap<string, CorpusFile>
  readonly effects: Effects
}

/**
 * Chooses the starter set from the corpora that the published models were trained on: the same for the same corpora, on
 * every machine.
 * @throws UserError where the corpora are not here or give fewer pieces; InterruptedError.
 */
export async function chooseStarterSet(folders: Pick<StudyFolders, 'data'>, effects: Effects): Promise<StarterSet> {
  const material = await openMaterial(folders, effects)
  const { part } = material
  const tunes = pickVaried(await tunesOf(part.test, HELD_OUT_TUNES, material), STARTER_COUNTS.tunes)
  const taken = tunes.map(({ family }) => family)
  const passages = pickVaried(await passagesOf(material), STARTER_COUNTS.passages, taken)
  const pool = await tunesOf(firstByHash(part.train.filter(({ path }) => isFree(path))), TRAINING_MELODIES, material)
  const melodies = pickVaried(pool, STARTER_COUNTS.melodies)
  for (const [name, found] of entriesOf({ tunes, passages, melodies })) checkCount(name, found)
  return {
    files: filesOf(tunes, passages, melodies),
    families: {
      tunes: taken,
      passages: passages.map(({ family }) => family),
      melodies: melodies.map(({ family }) => family),
    },
  }
}

function filesOf(
  tunes: readonly TuneCandidate[],
  passages: readonly PassageCandidate[],
  melodies: readonly TuneCandidate[],
): StarterSet['files'] {
  const openings = melodies.map(({ tune }) => tune)
  return {
    tunes: {
      format: 'cantus-starter-tunes-1',
      ...contents(
        RULES.tunes,
        tunes.map(({ tune }) => tune),
      ),
    },
    passages: {
      format: 'cantus-starter-passages-1',
      ...contents(
        RULES.passages,
        passages.map(({ passage }) => passage),
      ),
    },
    melodies: { format: 'cantus-starter-melodies-1', ...contents(RULES.melodies, openings) },
  }
}

async function openMaterial(folders: Pick<StudyFolders, 'data'>, effects: Effects): Promise<Material> {
  const job = corpusJob({ corpus: CORPUS, style: [], folders })
  const { dataset } = await openCorpus(job, effects)
  const files = await listCorpus(job.request, folders, effects)
  const { part, maxMelodiesPerFile } = iteration2_1.data
  return {
    part: selectPart(dataset, part, maxMelodiesPerFile),
    files: new Map(files.map((each) => [each.path, each])),
    effects,
  }
}

function firstByHash(rows: readonly MelodyRow[]): MelodyRow[] {
  const ranked = rows.map((row) => ({ row, rank: sha256(row.id) })).sort((a, b) => (a.rank < b.rank ? -1 : 1))
  return ranked.slice(0, LOOKED_AT).map(({ row }) => row)
}

async function tunesOf(rows: readonly MelodyRow[], demands: TuneDemands, material: Material): Promise<TuneCandidate[]> {
  const { part, files } = material
  const free = rows.filter(({ path }) => isFree(path))
  const licences = new Map(part.files.map(({ path, licence }) => [path, licence]))
  return lookAt([...Map.groupBy(free, ({ path }) => path)], material, async ([path, own]) => {
    if (!mayShowNotes({ path, licence: valueAt(licences, path) })) return []
    const source = valueAt(files, path)
    const stretches = await openPieces(source, iteration2_1.data.extraction)
    const credit = creditOfFile(source)
    return own.flatMap((row) => tuneCandidate(row, { ...stretchOf(row, stretches), credit }, demands) ?? [])
  })
}

/** The stretch that holds a melody: ids number the melodies of a file. */
function stretchOf({ id, path }: MelodyRow, stretches: readonly ScoreStretch[]): ScoreStretch {
  const number = Number(id.slice(path.length + 1))
  const found = stretches.find(({ melodies }) => melodies.some(({ n }) => n === number))
  if (found === undefined) throw new Error(`${path} has no melody ${number}: the data set was built from another file`)
  return found
}

function creditOfFile({ path, origin, title }: CorpusFile): PieceCredit {
  const [, collection = ''] = path.split('/')
  return pieceCredit(collection, { origin: origin ?? path, title: title ?? null })
}

async function passagesOf(material: Material): Promise<PassageCandidate[]> {
  const { part, files } = material
  const held = part.files.filter((each) => each.split === 'test' && isFree(each.path) && mayShowNotes(each))
  return lookAt(held, material, async ({ path, family }: FileRow) => {
    const source = valueAt(files, path)
    const stretches = await openPieces(source, iteration2_1.data.extraction)
    const [, collection = ''] = path.split('/')
    const about = { file: path.replace(/^general\//, ''), collection, family, credit: creditOfFile(source) }
    const found = passageCandidate(about, stretches)
    return found === null ? [] : [found]
  })
}

async function lookAt<In, Out>(
  items: readonly In[],
  { effects: { reporter, signal } }: Material,
  look: (item: In) => Promise<readonly Out[]>,
): Promise<Out[]> {
  const bar = reporter.bar('Looking for pieces', items.length, 'files')
  const found: Out[] = []
  try {
    for (const [n, item] of items.entries()) {
      if (signal.aborted) throw new InterruptedError('stopped: nothing was written; the same command starts again')
      found.push(...(await look(item)))
      bar.update(n + 1)
    }
  } finally {
    bar.stop()
  }
  return found
}

function checkCount(name: StarterFileName, found: readonly unknown[]): void {
  if (found.length === STARTER_COUNTS[name]) return
  throw new UserError(
    `the corpora give ${counted(found.length, 'piece')} for ${name}, the starter set has ${STARTER_COUNTS[name]}: restore the corpora`,
  )
}

/** All of a file but its format; it describes the collections it takes from. */
function contents<P extends { readonly collection: string }>(rule: string, pieces: readonly P[]) {
  const names = [...new Set(pieces.map(({ collection }) => collection))].sort()
  const collections = Object.fromEntries(names.map((each) => [each, valueAt(starterCollections, each)]))
  return { rule, collections, pieces }
}

/** The files of the set as they are stored, by their paths: one line per piece. */
export function starterTexts(set: StarterSet): Record<string, string> {
  const texts = STARTER_FILES.map((name) => [`${STARTER_FOLDER}/${name}.json`, fileText(set.files[name])] as const)
  return Object.fromEntries([...texts, [`${STARTER_FOLDER}/README.md`, starterReadme(set.files)]])
}

function fileText({ pieces, ...head }: StarterFile<StarterFileName>): string {
  const lines = pieces.map((piece) => JSON.stringify(piece)).join(',\n')
  return `${JSON.stringify(head, null, 1).replace(/\n\}$/, '')},\n "pieces": [\n${lines}\n]}\n`
}

/** Chooses the set and writes it below `root`; returns the bytes of each file. */
export async function writeStarterSet(
  folders: Pick<StudyFolders, 'data'>,
  root: string,
  effects: Effects,
): Promise<Record<string, number>> {
  const texts = starterTexts(await chooseStarterSet(folders, effects))
  const sizes: Record<string, number> = {}
  for (const [path, text] of Object.entries(texts)) {
    await writeFileAtomic(join(root, path), text)
    sizes[path] = (await readFile(join(root, path))).length
  }
  return sizes
}
