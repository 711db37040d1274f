/** Bounds on what one melody may cost, the same for the command line and for sidecars that anybody may write. */

/** Steps of a melody: nearly two hours at 120 quarter notes per minute, on sixteenths. */
export const MAX_STEPS = 50_000
/** Candidates of a beam search at a time: beam size times branch factor. */
export const MAX_CANDIDATES = 4096
/** Steps times candidates: about an hour on a slow machine. */
export const MAX_WORK = 1_000_000
/** Bytes of a weights' file: the study's have half a megabyte, a checkpoint of its model three. */
export const MAX_WEIGHTS_BYTES = 2 ** 30
