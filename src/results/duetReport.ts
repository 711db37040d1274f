import { z } from 'zod'
import type { Stored } from '../support/stored.ts'
import { resultFile } from './resultFile.ts'

/** Nats per step by head, over all steps. */
const headsSchema = z.object({ loss: z.number(), rhythm: z.number(), rest: z.number(), pitch: z.number() })

/** What a second voice gains from hearing the other one, on held-out passages; and what it forgot alone. */
const knowledgeSchema = z.object({
  run: z.string(),
  checkpointSha256: z.string(),
  corpus: z.string(),
  datasetHash: z.string(),
  /** Test passages; each is measured in both directions. */
  passages: z.number(),
  steps: z.number(),
  notes: z.number(),
  /** The other voice is not known; known up to the step before; known with what begins on the step. */
  none: headsSchema,
  before: headsSchema,
  onset: headsSchema,
  /** Share of the loss that hearing the onset saves. */
  saved: z.number(),
  /** Loss on general test melodies, alone; and that of the model it started from. Null where there are none. */
  alone: z.object({ loss: z.number(), parent: z.number(), melodies: z.number() }).nullable(),
})
export type DuetKnowledge = Stored<typeof knowledgeSchema>

/** Duets with held-out passages as performers, by one mode, clock and weight of the rules. */
const playedSchema = z.object({
  mode: z.string(),
  clock: z.enum(['at-once', 'committed']),
  lambda: z.number(),
  /** Whether the performers play with jitter, offset and drift. */
  isPlayed: z.boolean(),
  passages: z.number(),
  notes: z.number(),
  /** Steps on which both begin a note. */
  together: z.number(),
  /** Share of them on which the partner is a third below; null for other modes. */
  thirds: z.number(),
  /** Correlation of both moves there, and of the partner's with the performer's move before. */
  moves: z.number(),
  delayedMoves: z.number(),
  /** Shares of the partner's notes outside the running mode; and, of simultaneous onsets, consonances and crossings. */
  outOfMode: z.number(),
  consonant: z.number(),
  crossings: z.number(),
  /** Of pairs of simultaneous onsets that follow each other, parallel fifths and octaves; and motion by kind. */
  parallels: z.number(),
  contraryMotion: z.number(),
  similarMotion: z.number(),
  obliqueMotion: z.number(),
  /** By the network: bits per note of what was played. */
  bitsPerNote: z.number(),
  lateShare: z.number(),
})
export type DuetPlayed = Stored<typeof playedSchema>

/** Counts by bins of equal width, from a value on. */
const binsSchema = z.object({ from: z.number(), width: z.number(), counts: z.array(z.number()) })

/** `report/results/duet.json`: what was measured of playing with another voice; absent where not measured yet. */
const duetSchema = z.object({
  format: z.literal('cantus-duet-report-1'),
  knowledge: z.array(knowledgeSchema),
  played: z.array(playedSchema),
  /** A third below by each weight of the rule. */
  frontier: z.array(playedSchema).default([]),
  /** People's own passages by the same measures: 10th, 50th and 90th percentile of passages. */
  people: z.record(z.string(), z.array(z.number())),
  adaptation: z.object({ runs: z.number(), regret: z.number(), found: z.number() }).nullable(),
  /** Nats per step from bar 9 on, without and with a short-term model of the performer mixed into the pitches. */
  imitation: z
    .object({ passages: z.number(), steps: z.number(), weight: z.number(), loss: z.number(), mixed: z.number() })
    .exactOptional(),
  /** Milliseconds of a decision. */
  decisionMs: z.object({ median: z.number(), p99: z.number(), steps: z.number() }).nullable(),
  /** Weight of the rules, temperature and top-p, by validation passages; absent where they were not chosen. */
  chosen: z
    .object({
      ...{ lambda: z.number(), passages: z.number(), rows: z.array(playedSchema) },
      /** Without rules: measures outside people's middle 80%, and the mean distance from their medians, in widths of it. */
      decodings: z
        .array(z.object({ temperature: z.number(), topP: z.number(), outside: z.number(), distance: z.number() }))
        .default([]),
    })
    .exactOptional(),
  /** In Chromium, with sound: milliseconds of decisions and from a key to the answer, and steps decided after their time. */
  page: z
    .object({
      ...{ decisionP99: z.number(), answerP99: z.number(), deadlines: z.number(), missed: z.number() },
      /** Bytes that the page takes with the partner's network, and seconds from opening it to the first note. */
      ...{ bytes: z.number(), firstNoteSeconds: z.number() },
      /** Megabytes by which 60 minutes of a fake clock need more memory than 10. */
      heapGrowthMb: z.number(),
      /** Sources of sound that play at a time: the most of the first minute, and of the last. */
      liveSources: z.tuple([z.number(), z.number()]).exactOptional(),
      /** Milliseconds from an event to its decision, from a key to the answer's start, and between both onsets. */
      histograms: z.object({ decisions: binsSchema, answers: binsSchema, asynchronies: binsSchema }).exactOptional(),
    })
    .exactOptional(),
})
/** What was measured of playing with another voice. */
export type DuetReport = Stored<typeof duetSchema>

/** Nothing measured yet. */
export const EMPTY_DUET_REPORT: DuetReport = {
  ...{ format: 'cantus-duet-report-1', knowledge: [], played: [], frontier: [] },
  ...{ people: {}, adaptation: null, decisionMs: null },
}

/** Duets as published. */
export const duetFile = resultFile({
  name: 'duet.json',
  schema: duetSchema,
  command: 'cantus study duet RUN and npm run bench duet',
  digits: 4,
})
