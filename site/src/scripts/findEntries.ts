/** A section that a search may find. */
export interface FoundEntry {
  readonly at: string
  readonly page: string
  readonly heading: string
  readonly text: string
}

/** Sections that are shown. */
const MOST = 8
/** Letters of the text beside the word that was found. */
const AROUND = 60
/** What a word counts in a section's heading, its page's title and its text. */
const WEIGHTS = { heading: 6, page: 4, text: 1 } as const

/**
 * The sections that hold every word asked for, each as the beginning of a word; those that have it in a heading first. Nothing for
 * less than two letters.
 */
export function findEntries(entries: readonly FoundEntry[], asked: string): FoundEntry[] {
  const words = asked.toLowerCase().trim().split(/\s+/)
  if (asked.trim().length < 2) return []
  const patterns = words.map((word) => new RegExp(`(?<![\\p{L}\\d])${word.replace(/[^\p{L}\d]/gu, '\\$&')}`, 'iu'))
  return entries
    .map((entry) => ({ entry, score: scoreOf(entry, patterns) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, MOST)
    .map(({ entry }) => ({ ...entry, text: around(entry.text, patterns[0]) }))
}

/** 0 where a word is nowhere. */
function scoreOf(entry: FoundEntry, patterns: readonly RegExp[]): number {
  const scores = patterns.map((pattern) =>
    (['heading', 'page', 'text'] as const).reduce(
      (sum, part) => sum + (pattern.test(entry[part]) ? WEIGHTS[part] : 0),
      0,
    ),
  )
  return scores.some((score) => score === 0) ? 0 : scores.reduce((sum, score) => sum + score, 0)
}

function around(text: string, pattern: RegExp | undefined): string {
  const at = Math.max(0, pattern === undefined ? 0 : text.search(pattern))
  const from = at <= AROUND ? 0 : text.lastIndexOf(' ', at - AROUND / 2) + 1
  return `${from > 0 ? '… ' : ''}${text.slice(from, from + 2 * AROUND)}${from + 2 * AROUND < text.length ? ' …' : ''}`
}
