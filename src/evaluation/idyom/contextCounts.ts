import { ContextTable, NONE, ROOT, wider } from '../contextTable.ts'

const FIRST_NODES = 256

/**
 * How often each outcome followed each context of up to `depth` symbols, where contexts and outcomes have alphabets of their own:
 * a note's interval may be predicted from lengths. A node is a context; from the root, the newest symbol comes last.
 */
export class ContextCounts {
  readonly outcomes: number
  readonly depth: number
  private readonly nodes = new ContextTable(FIRST_NODES)
  /** Outcomes counted after a context, and how many different ones. */
  private totals = new Int32Array(FIRST_NODES)
  private kinds = new Int32Array(FIRST_NODES)
  /** First entry of a context's list of outcomes. */
  private heads = new Int32Array(FIRST_NODES).fill(NONE)
  private entries = 0
  private outcomeOf = new Int16Array(FIRST_NODES)
  private countOf = new Int32Array(FIRST_NODES)
  private nextOf = new Int32Array(FIRST_NODES)

  /**
   * @param outcomes size of the alphabet that is predicted.
   * @param depth longest context, in symbols.
   */
  constructor(outcomes: number, depth: number) {
    this.outcomes = outcomes
    this.depth = depth
  }

  /** Contexts that were reached, the empty one included. */
  get size(): number {
    return this.nodes.size
  }

  /** The context that `symbol` makes of `parent`; -1 where it was never reached. */
  find(parent: number, symbol: number): number {
    return this.nodes.find(parent, symbol)
  }

  /** The same, made where it is new. */
  reach(parent: number, symbol: number): number {
    const known = this.find(parent, symbol)
    if (known !== NONE) return known
    const node = this.nodes.add(parent, symbol)
    if (node === this.totals.length) this.growNodes()
    return node
  }

  /** Counts that the outcome followed the context. */
  count(node: number, outcome: number): void {
    this.totals[node]!++
    let before = NONE
    for (let entry = this.heads[node]!; entry !== NONE; before = entry, entry = this.nextOf[entry]!) {
      if (this.outcomeOf[entry] !== outcome) continue
      this.countOf[entry]!++
      if (before !== NONE) this.moveToFront(node, before, entry)
      return
    }
    if (this.entries === this.outcomeOf.length) this.growEntries()
    const entry = this.entries++
    this.outcomeOf[entry] = outcome
    this.countOf[entry] = 1
    this.nextOf[entry] = this.heads[node]!
    this.heads[node] = entry
    this.kinds[node]!++
  }

  /**
   * Interpolated PPM, escape method C: the distribution after each context is mixed with that after the next shorter one, down to
   * the uniform; the shorter one weighs as much as there were different outcomes (Moffat 1990, doi 10.1109/26.61469).
   * @param contexts nodes of the contexts that end here, the empty one first; the first `length` of them.
   * @param probabilities is filled [outcomes].
   */
  predict(contexts: Int32Array, length: number, probabilities: Float64Array): void {
    probabilities.fill(0)
    let left = 1
    for (let order = length - 1; order >= 0; order--) {
      const node = contexts[order]!
      const total = this.totals[node]!
      if (total === 0) continue
      const kinds = this.kinds[node]!
      const each = left / (total + kinds)
      for (let entry = this.heads[node]!; entry !== NONE; entry = this.nextOf[entry]!)
        probabilities[this.outcomeOf[entry]!]! += this.countOf[entry]! * each
      left = kinds * each
    }
    for (let n = 0; n < probabilities.length; n++) probabilities[n]! += left / this.outcomes
  }

  /** What comes often is then found soon. */
  private moveToFront(node: number, before: number, entry: number): void {
    this.nextOf[before] = this.nextOf[entry]!
    this.nextOf[entry] = this.heads[node]!
    this.heads[node] = entry
  }

  private growNodes(): void {
    this.totals = wider(this.totals)
    this.kinds = wider(this.kinds)
    this.heads = wider(this.heads, NONE)
  }

  private growEntries(): void {
    this.outcomeOf = wider(this.outcomeOf)
    this.countOf = wider(this.countOf)
    this.nextOf = wider(this.nextOf)
  }
}

/** Follows a melody through the counts of one viewpoint. */
export class ContextPath {
  private readonly counts: ContextCounts
  /** Whether contexts that are new are made. */
  private readonly learns: boolean
  /** Nodes of the contexts that end here, from the empty one to the longest. */
  private readonly contexts: Int32Array
  private length = 1

  constructor(counts: ContextCounts, learns: boolean) {
    this.counts = counts
    this.learns = learns
    this.contexts = new Int32Array(counts.depth + 1).fill(ROOT)
  }

  /** Goes on by a symbol of the context's alphabet. */
  advance(symbol: number): void {
    const { contexts, counts } = this
    const longest = Math.min(this.length, counts.depth)
    for (let order = longest - 1; order >= 0; order--)
      contexts[order + 1] = this.learns ? counts.reach(contexts[order]!, symbol) : counts.find(contexts[order]!, symbol)
    this.length = 1
    while (this.length <= longest && contexts[this.length] !== NONE) this.length++
  }

  /** Counts what followed here, after every context that ends here. */
  count(outcome: number): void {
    for (let order = 0; order < this.length; order++) this.counts.count(this.contexts[order]!, outcome)
  }

  /** Probabilities of the outcomes here. */
  predict(probabilities: Float64Array): void {
    this.counts.predict(this.contexts, this.length, probabilities)
  }

  /** Probabilities after one more symbol, without advancing by it. */
  predictAfter(symbol: number, probabilities: Float64Array): void {
    const { contexts, counts } = this
    const longest = Math.min(this.length, counts.depth)
    const ahead = new Int32Array(longest + 1)
    let length = 1
    for (let order = 0; order < longest; order++) {
      const node = counts.find(contexts[order]!, symbol)
      if (node === NONE) break
      ahead[order + 1] = node
      length++
    }
    counts.predict(ahead, length, probabilities)
  }
}
