/** What two voices must be like to count as a passage. */
export interface VoiceRules {
  /** Fewest notes, and different pitches, of each voice. */
  readonly notes: number
  readonly pitches: number
  /** Least share of the steps on which both voices sound, 0-1. */
  readonly together: number
  /** Most of those steps that may be unisons or octaves, 0-1. */
  readonly doubled: number
  /** Of the steps on which a note begins, the most on which both voices may begin one, 0-1. */
  readonly sameRhythm: number
}

/** Which passages are taken from a file. */
export interface PassageRules extends VoiceRules {
  /** Most bars of a passage, and the fewest. */
  readonly bars: number
  readonly leastBars: number
  /** Most passages of a file: a score of many voices has dozens of pairs. */
  readonly perFile: number
}

/** By these the second-voice network learns: hymns, whose voices move together, count as well. */
export const PASSAGE_RULES: PassageRules = {
  ...{ bars: 16, leastBars: 8, perFile: 2 },
  ...{ notes: 12, pitches: 4, together: 0.6, doubled: 0.25, sameRhythm: 0.9 },
}
