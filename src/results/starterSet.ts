import { z } from 'zod'
import { stepsOfRuns } from '../dataset/noteRuns.ts'
import { parseStored, type Stored } from '../support/stored.ts'
import { keysOf } from '../support/records.ts'

const runs = z
  .array(z.int().min(-1).max(511))
  .min(2)
  .refine(
    (values) => values.length % 2 === 0 && values.every((value, n) => (n % 2 === 0 ? value <= 127 : value >= 1)),
    'expected pitch (-1 to 127) and steps (1 or more) in turn',
  )

const collectionSchema = z.object({
  /** Its name. */
  source: z.string().min(1),
  /** As its makers state it. */
  licence: z.string().min(1),
  /** Who is to be named, and where it is from. */
  credit: z.string().min(1),
})

/** What holds for a tune, a passage and a melody alike. */
const pieceFields = {
  /** Of the corpus: `<collection>/<file>/<n>`, the n-th melody of its file. */
  id: z.string().min(1),
  title: z.string().min(1),
  /** Null where nobody is known. */
  composer: z.string().nullable(),
  /** A key of the file's `collections`. */
  collection: z.string(),
  /** `3/4`. */
  metre: z.string().regex(/^\d+\/\d+$/, 'expected a metre such as 3/4'),
  /** Sixteenths per bar. */
  stepsPerBar: z.int().min(1),
  qpm: z.number().positive(),
  /** Pitch class of the tonic, 0 = C, and the mode on it that holds most notes. */
  tonic: z.int().min(0).max(11),
  mode: z.string().min(1),
} as const

const tuneSchema = z.object({ ...pieceFields, notes: runs })
const passageSchema = z
  .object({ ...pieceFields, upper: runs, lower: runs })
  .refine(({ upper, lower }) => stepsOfRuns(upper) === stepsOfRuns(lower), 'expected two voices of one length')

function fileSchema<const Format extends string, S extends z.ZodType<{ readonly collection: string }>>(
  format: Format,
  piece: S,
) {
  return z
    .object({
      format: z.literal(format),
      /** How the pieces were chosen, in words. */
      rule: z.string().min(1),
      collections: z.record(z.string(), collectionSchema),
      pieces: z.array(piece),
    })
    .refine(
      ({ collections, pieces }) => pieces.every(({ collection }) => Object.hasOwn(collections, collection)),
      'expected each collection to be described',
    )
}

/** The schemas of the three files of the starter set, by name. */
export const starterSchemas = {
  tunes: fileSchema('cantus-starter-tunes-1', tuneSchema),
  passages: fileSchema('cantus-starter-passages-1', passageSchema),
  melodies: fileSchema('cantus-starter-melodies-1', tuneSchema),
} as const

/** Name of one of the three files. */
export type StarterFileName = keyof typeof starterSchemas
/** The three files' names. */
export const STARTER_FILES = keysOf(starterSchemas)
/** Where the set lies, below the project's folder. */
export const STARTER_FOLDER = 'data/starter'

/** What one of the files holds. */
export type StarterFile<Name extends StarterFileName> = Stored<(typeof starterSchemas)[Name]>
/** A held-out tune, or a training melody: its first bars. */
export type StarterTune = StarterFile<'tunes'>['pieces'][number]
/** Two held-out voices of one score that sound together. */
export type StarterPassage = StarterFile<'passages'>['pieces'][number]
/** A collection that pieces were taken from. */
export type StarterCollection = StarterFile<'tunes'>['collections'][string]

/**
 * One of the files of the starter set. Runs in a browser.
 * @param text of the file.
 * @throws StoredFileError for a damaged file.
 */
export function parseStarter<Name extends StarterFileName>(name: Name, text: string): StarterFile<Name> {
  const path = `${STARTER_FOLDER}/${name}.json`
  return parseStored(text, starterSchemas[name], { path, remedy: 'restore it with git checkout' }) as StarterFile<Name>
}
