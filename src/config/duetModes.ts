/** How the partner may answer; `free` follows what it has learnt alone. */
export const DUET_MODES = [
  ...(['free', 'parallel', 'contrary', 'delayed-parallel', 'delayed-contrary'] as const),
  ...(['third-below', 'third-above', 'fourth-below', 'fifth-below', 'ninth-below'] as const),
] as const
/** How the partner may answer. */
export type DuetMode = (typeof DUET_MODES)[number]
