/** The metres that a melody can be asked for in, the usual one first: those of the command line and of the page. */
export const METRE_NAMES = ['4/4', '3/4', '2/4', '6/8', '9/8', '12/8'] as const
/** Name of a metre. */
export type MetreName = (typeof METRE_NAMES)[number]
