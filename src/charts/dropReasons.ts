/** What a reason says why a file, part or track gave no melody; the data name it by a code. */
const REASONS: Readonly<Record<string, string>> = {
  polyphonic: 'two notes at once',
  'too-short': 'too short',
  'too-long': 'too long',
  'too-few-pitches': 'too few different notes',
  'non-integer-steps-per-bar': 'bar does not divide into whole steps',
  drums: 'drums',
  'no-notes': 'no notes',
}

/**
 * A reason in words; one without words keeps its code.
 * @example dropReasonText('polyphonic') // 'two notes at once'
 */
export const dropReasonText = (code: string): string => REASONS[code] ?? code
