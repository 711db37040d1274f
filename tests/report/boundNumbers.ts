/** A figure that stands in the text of a chapter without being taken from the results. */
export interface UnboundNumber {
  readonly line: number
  readonly text: string
}

/** Digits that are not figures: code, link targets, components, expressions, names and years. */
const BOUND: readonly RegExp[] = [
  /```[\s\S]*?```/g,
  /`[^`\n]*`/g,
  /\]\([^)]*\)/g,
  /<[A-Za-z][^>]*\/?>/g,
  /<\/[A-Za-z]+>/g,
  /\{[^{}]*\}/g,
  /\b[Ii]terations? \d(?:\.\d)?(?:(?:, | and )\d(?:\.\d)?)*/g,
  /\bIteration\s+\d(?:\.\d)?/g,
  /\b(?:18|19|20)\d\d\b/g,
]

/** The figures of a chapter's text (MDX) that are bound to nothing, with their lines. */
export function unboundNumbers(mdx: string): UnboundNumber[] {
  // Line breaks stay where something is taken out, so that lines keep their numbers.
  const blank = (found: string): string => found.replace(/[^\n]/g, ' ')
  const joined = mdx.replace(
    /(\b[Ii]teration)\n(\d(?:\.\d)?)/g,
    (_, word: string, name: string) => `${word}\n${blank(name)}`,
  )
  const text = BOUND.reduce((rest, pattern) => rest.replace(pattern, blank), joined)
  return text.split('\n').flatMap((line, n) => {
    return [...line.matchAll(/(?<![\p{L}\d])[.−-]?\d\S*/gu)].map(([found]) => ({ line: n + 1, text: found }))
  })
}

/** The places of results that a chapter names: `<Value of="summary/…" />`. */
export const namedResults = (mdx: string): string[] =>
  [...mdx.matchAll(/<Value\s[^>]*\bof="([^"]*)"/g)].map(([, place]) => place!)
