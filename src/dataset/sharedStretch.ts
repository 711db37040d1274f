import { canonicalTokens } from './sketch.ts'

/** The longest stretch that a melody shares with any one of those in the index, in any key. */
export interface SharedStretch {
  /** Tokens in a row: notes after the first, each as its interval and the steps since the note before. 0 = none. */
  readonly length: number
  /** The token of the melody at which it begins; its first note has the same index. */
  readonly start: number
  /** The melody of the index that holds it, and its token there; -1 if there is none. */
  readonly melody: number
  readonly at: number
}

/** Finds what a melody shares with many others: their endings, sorted. */
export interface StretchIndex {
  /** Tokens of all melodies. */
  readonly tokens: number
  longest(events: readonly number[]): SharedStretch
}

/** Ends a melody, before every token in the order. */
const END = 0
/** In no melody of the index, and equal to nothing. */
const UNKNOWN = -1

interface SortedEndings {
  /** All melodies, each with `END` after it. */
  readonly tokens: Int32Array
  /** Where each ending begins in `tokens`, in the order of the endings. */
  readonly order: Uint32Array
  /** The melody of each token, and where each melody begins. */
  readonly owner: Uint32Array
  readonly begins: Uint32Array
}

/**
 * All endings of all melodies, sorted (a suffix array: Manber & Myers 1990); what is shared with a stretch stands next to the
 * place where it would be. 16 bytes a token.
 * @example stretchIndex([[60, 62, 64]]).longest([70, 72, 74]).length // 2
 */
export function stretchIndex(melodies: readonly (readonly number[])[]): StretchIndex {
  const vocabulary = new Map<string, number>()
  const index = sortedEndings(melodies, vocabulary)
  return {
    tokens: index.tokens.length - melodies.length,
    longest(events) {
      const tokens = canonicalTokens(events).map((token) => vocabulary.get(token) ?? UNKNOWN)
      return longestStretch(index, Int32Array.from([...tokens, END]))
    },
  }
}

function sortedEndings(melodies: readonly (readonly number[])[], vocabulary: Map<string, number>): SortedEndings {
  const numbers: number[] = []
  const owners: number[] = []
  const begins = new Uint32Array(melodies.length)
  melodies.forEach((events, melody) => {
    begins[melody] = numbers.length
    for (const token of canonicalTokens(events)) {
      numbers.push(numberOf(token, vocabulary))
      owners.push(melody)
    }
    numbers.push(END)
    owners.push(melody)
  })
  const tokens = Int32Array.from(numbers)
  return { tokens, order: sortEndings(tokens, vocabulary.size), owner: Uint32Array.from(owners), begins }
}

function numberOf(token: string, vocabulary: Map<string, number>): number {
  const known = vocabulary.get(token)
  if (known !== undefined) return known
  vocabulary.set(token, vocabulary.size + 1)
  return vocabulary.size
}

/** First by the first token, which takes one pass, then those with the same one among themselves. */
function sortEndings(tokens: Int32Array, kinds: number): Uint32Array {
  const places = new Uint32Array(kinds + 2)
  for (const token of tokens) places[token + 1]!++
  for (let token = 1; token < places.length; token++) places[token]! += places[token - 1]!
  const order = new Uint32Array(tokens.length)
  const next = places.slice()
  tokens.forEach((token, place) => (order[next[token]!++] = place))
  for (let token = 1; token <= kinds; token++) {
    order.subarray(places[token], places[token + 1]).sort((a, b) => compareEndings(tokens, a, tokens, b) || a - b)
  }
  return order
}

/** Below, at or above 0 as the ending of `x` from `a` stands before, beside or behind that of `y` from `b`. */
function compareEndings(x: Int32Array, a: number, y: Int32Array, b: number): number {
  const shared = sharedLength(x, a, y, b)
  return x[a + shared]! - y[b + shared]!
}

/** Tokens in a row that two endings have in common. */
function sharedLength(x: Int32Array, a: number, y: Int32Array, b: number): number {
  let n = 0
  while (x[a + n]! === y[b + n]! && x[a + n]! > END) n++
  return n
}

function longestStretch(index: SortedEndings, tokens: Int32Array): SharedStretch {
  const { tokens: known, order, owner, begins } = index
  let best: SharedStretch = { length: 0, start: 0, melody: -1, at: -1 }
  for (let start = 0; start < tokens.length - 1; start++) {
    const place = placeOf(index, tokens, start)
    for (const neighbour of [place - 1, place]) {
      const ending = order[neighbour]
      if (ending === undefined) continue
      const length = sharedLength(known, ending, tokens, start)
      if (length <= best.length) continue
      const melody = owner[ending]!
      best = { length, start, melody, at: ending - begins[melody]! }
    }
  }
  return best
}

/** How many endings of the index stand before that of `tokens` from `start`. */
function placeOf({ tokens: known, order }: SortedEndings, tokens: Int32Array, start: number): number {
  let [low, high] = [0, order.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareEndings(known, order[middle]!, tokens, start) < 0) low = middle + 1
    else high = middle
  }
  return low
}
