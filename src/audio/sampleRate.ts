/** Samples per second of all sound made here: enough for a piano's overtones, and light on a page. */
export const SAMPLE_RATE = 24_000
