/** What one MIDI file may hold. The first three are those of the readers we agree with, the rest our own. */
export const MIDI_LIMITS = {
  /** A score whose last event lies at or past this tick is corrupt (pretty_midi's bound). */
  ticks: 1e7,
  /** Bytes of one meta or sysex event (mido's bound). */
  messageBytes: 1_000_000,
  /** 32 MiB; the largest file of a collection of 19,561 has 1.5 MB. */
  fileBytes: 32 * 1024 * 1024,
  /** Events of all tracks together. */
  events: 5_000_000,
  /** Note-on events of all tracks together; each becomes an object. */
  notes: 500_000,
  /** Tempo, time signature and key signature events of track 0 together; each may begin a part. */
  timeChanges: 50_000,
} as const
