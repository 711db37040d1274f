import { canonicalTokens } from './families.js'

/** A melody as the audit sees it. */
export interface AuditedMelody {
  readonly id: string
  readonly events: readonly number[]
}

/** The longest stretch a held-out melody shares with any one training melody, in any key. */
export interface Leak {
  readonly id: string
  /** Tokens in a row: notes after the first, each as its interval and the steps since the note before. */
  readonly longest: number
  /** Tokens of the whole melody. */
  readonly tokens: number
  /** The first training melody that holds the stretch; null where not even one token is shared. */
  readonly nearest: string | null
}

export interface LeakBin {
  /** Tokens in a row, this many or more, and fewer than `to`. */
  readonly from: number
  readonly to: number
  readonly melodies: number
}

/** How the longest stretches of a test set are spread. */
export interface LeakSummary {
  readonly melodies: number
  /** NaN without melodies, as the others. */
  readonly median: number
  readonly percentile95: number
  readonly longest: number
  /** Share of the melodies that lie as a whole in the training set, 0-1. */
  readonly copied: number
  readonly histogram: readonly LeakBin[]
}

/**
 * For each test melody the longest n-gram of its canonical tokens that any training melody holds (transposed copies
 * count). The training set becomes one suffix automaton (Blumer et al. 1985), in time linear in its tokens; each test
 * melody then walks through it once.
 */
export function leakAudit(train: readonly AuditedMelody[], test: readonly AuditedMelody[]): Leak[] {
  const vocabulary = new Map<string, number>()
  const training = train.map(({ events }) => canonicalTokens(events).map((token) => numberOf(token, vocabulary)))
  const automaton = suffixAutomaton(training)
  return test.map(({ id, events }) => {
    const tokens = canonicalTokens(events).map((token) => vocabulary.get(token) ?? -1)
    const { longest, state } = longestMatch(automaton, tokens)
    const nearest = longest === 0 ? null : (train[automaton.owner[state]!]?.id ?? null)
    return { id, longest, tokens: tokens.length, nearest }
  })
}

function numberOf(token: string, vocabulary: Map<string, number>): number {
  const known = vocabulary.get(token)
  if (known !== undefined) return known
  vocabulary.set(token, vocabulary.size)
  return vocabulary.size - 1
}

interface Automaton {
  /** By state and token (as one number): the next state. */
  readonly next: (state: number, token: number) => number | undefined
  readonly link: readonly number[]
  readonly length: readonly number[]
  /** First training melody that reaches the state. */
  readonly owner: readonly number[]
}

/** Of all melodies together: each begins at the root again, so that no stretch runs from one into the next. */
function suffixAutomaton(melodies: readonly (readonly number[])[]): Automaton {
  const edges: Map<number, number>[] = [new Map()]
  const link = [-1]
  const length = [0]
  const owner = [0]
  const add = (from: Map<number, number>, to: number, size: number, melody: number): number => {
    edges.push(from)
    link.push(to)
    length.push(size)
    owner.push(melody)
    return length.length - 1
  }
  /** The state that stands for exactly the stretches of `p` with `token` after them; splits one that stands for more. */
  const exact = (p: number, token: number): number => {
    const q = edges[p]!.get(token)!
    if (length[q]! === length[p]! + 1) return q
    const clone = add(new Map(edges[q]), link[q]!, length[p]! + 1, owner[q]!)
    link[q] = clone
    for (let at = p; at >= 0 && edges[at]!.get(token) === q; at = link[at]!) edges[at]!.set(token, clone)
    return clone
  }
  const extend = (last: number, token: number, melody: number): number => {
    if (edges[last]!.has(token)) return exact(last, token)
    const state = add(new Map(), 0, length[last]! + 1, melody)
    let at = last
    for (; at >= 0 && !edges[at]!.has(token); at = link[at]!) edges[at]!.set(token, state)
    if (at >= 0) link[state] = exact(at, token)
    return state
  }
  melodies.forEach((tokens, melody) => {
    let last = 0
    for (const token of tokens) last = extend(last, token, melody)
  })
  return { next: (state, token) => edges[state]!.get(token), link, length, owner }
}

function longestMatch(
  { next, link, length }: Automaton,
  tokens: readonly number[],
): { longest: number; state: number } {
  let best = { longest: 0, state: 0 }
  let state = 0
  let matched = 0
  for (const token of tokens) {
    let following = next(state, token)
    while (following === undefined && state !== 0) {
      state = link[state]!
      matched = length[state]!
      following = next(state, token)
    }
    if (following === undefined) continue
    state = following
    matched++
    if (matched > best.longest) best = { longest: matched, state }
  }
  return best
}

/** The spread of the longest stretches, with a histogram in bins of `width` tokens from 0 to the longest. */
export function summarizeLeaks(leaks: readonly Leak[], width = 8): LeakSummary {
  const longest = leaks.map((leak) => leak.longest).sort((a, b) => a - b)
  const rank = (share: number): number => longest[Math.max(0, Math.ceil(share * longest.length) - 1)] ?? NaN
  const most = rank(1)
  const bins = leaks.length === 0 ? 0 : Math.floor(most / width) + 1
  const histogram = Array.from({ length: bins }, (_, n): LeakBin => {
    const [from, to] = [n * width, (n + 1) * width]
    return { from, to, melodies: longest.filter((tokens) => tokens >= from && tokens < to).length }
  })
  const copied = leaks.filter((leak) => leak.tokens > 0 && leak.longest === leak.tokens).length / leaks.length
  return { melodies: leaks.length, median: rank(0.5), percentile95: rank(0.95), longest: most, copied, histogram }
}
