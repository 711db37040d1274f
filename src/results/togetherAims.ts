/** What playing together must reach: the benchmark measures it, the report says whether it is met. */
export const TOGETHER_AIMS = {
  /** Least share of right onsets of simulated players, up to a tempo in beats per minute. */
  onsets: [
    { upTo: 120, share: 0.98 },
    { upTo: 180, share: 0.9 },
  ],
  lengths: 0.95,
  /** At most, in milliseconds: to the reply's first event, from the bar line to its first note, of MIDI messages from their notes. */
  ...{ firstEventMs: 30, barLineMs: 20, midiOutMs: 10 },
  /** At most, of a visitor's first reply. */
  ...{ scriptBytes: 60_000, bytesToReply: 1_800_000, secondsToReply: 30 },
  /** Least share of hummed pitches that are heard right. */
  pitches: 0.95,
  /** Bits per note that the mode of the primer may cost with the default model. */
  keyBits: 0.15,
  /** Least rank correlation of asked and measured. */
  spearman: { density: 0.8, range: 0.8, stepwise: 0.8, repetition: 0.6 },
  ...{ metrePrimers: 300, locked: 500, pieces: 200 },
  /** Of the default number of draws: nats per step gained over a blind redraw, at most so long, over melodies. */
  rewrite: { candidates: 8, gain: 0.03, milliseconds: 500, melodies: 200 },
  /** Times a plain step: with a control, and between two models. */
  time: { control: 1.2, dial: 2.1 },
} as const
