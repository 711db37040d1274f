/** Bounds on what one melody may cost, the same for the command line and for sidecars that anybody may write. */

/** Steps of a melody: nearly two hours at 120 quarter notes a minute, on sixteenths. */
export const MAX_STEPS = 50_000
/** Candidates of a beam search at a time: beam size times branch factor. */
export const MAX_CANDIDATES = 4096
