import { ContextTable, NONE, ROOT, wider } from './contextTable.ts'

const FIRST_SIZE = 1024

/**
 * How often each symbol followed each context of up to `depth` symbols: what n-gram models and PPM predict from. A node is a
 * context; its children are the symbols that followed it, and so the contexts one longer. 26 bytes a node, and 7 to 13 of
 * the table that finds a child.
 */
export class ContextTree {
  private readonly nodes = new ContextTable(FIRST_SIZE)
  /** How often a node's symbol followed its parent; and how often, and by how many, the node itself was followed. */
  private counts = new Int32Array(FIRST_SIZE)
  private totals = new Int32Array(FIRST_SIZE)
  private kinds = new Uint16Array(FIRST_SIZE)
  private firstChild = new Int32Array(FIRST_SIZE).fill(NONE)
  private nextSibling = new Int32Array(FIRST_SIZE).fill(NONE)
  /** Nodes that were counted, in order, while that is to be taken back. */
  private log: number[] | null = null

  readonly classes: number
  readonly depth: number

  constructor(classes: number, depth: number) {
    this.classes = classes
    this.depth = depth
  }

  /** Contexts that were seen, the empty one included. */
  get size(): number {
    return this.nodes.size
  }

  /** How often the context was followed by anything. */
  total(node: number): number {
    return this.totals[node]!
  }

  /** By how many different symbols it was followed. */
  followers(node: number): number {
    return this.kinds[node]!
  }

  /** Calls `visit` with each symbol that followed the context, and how often. */
  each(node: number, visit: (symbol: number, count: number) => void): void {
    for (let child = this.firstChild[node]!; child !== NONE; child = this.nextSibling[child]!)
      visit(this.nodes.symbols[child]!, this.counts[child]!)
  }

  /** A reader at the start of a melody. */
  open(): ContextReader {
    return new ContextReader(this)
  }

  /** The context that `symbol` makes of `parent`; -1 where it never followed. */
  find(parent: number, symbol: number): number {
    return this.nodes.find(parent, symbol)
  }

  /** Counts that `symbol` followed the context. */
  count(parent: number, symbol: number): void {
    const known = this.find(parent, symbol)
    const node = known === NONE ? this.add(parent, symbol) : known
    this.counts[node]!++
    this.totals[parent]!++
    this.log?.push(node)
  }

  /** What is counted from here on is noted; the function that comes back makes the tree again as it is now. */
  checkpoint(): () => void {
    const log: number[] = []
    this.log = log
    return () => {
      // Nodes go as they came, last first: only then are the table's slots those they would be without them.
      for (const node of log.reverse()) {
        this.counts[node]!--
        this.totals[this.nodes.parents[node]!]!--
        if (this.counts[node] === 0) this.removeLast(node)
      }
      this.log = null
    }
  }

  private add(parent: number, symbol: number): number {
    const node = this.nodes.add(parent, symbol)
    if (node === this.counts.length) this.grow()
    this.counts[node] = this.totals[node] = this.kinds[node] = 0
    this.firstChild[node] = NONE
    this.nextSibling[node] = this.firstChild[parent]!
    this.firstChild[parent] = node
    this.kinds[parent]!++
    return node
  }

  private removeLast(node: number): void {
    const parent = this.nodes.parents[node]!
    this.firstChild[parent] = this.nextSibling[node]!
    this.kinds[parent]!--
    this.nodes.removeLast()
  }

  private grow(): void {
    this.counts = wider(this.counts)
    this.totals = wider(this.totals)
    this.kinds = wider(this.kinds)
    this.firstChild = wider(this.firstChild)
    this.nextSibling = wider(this.nextSibling)
  }
}

/** Follows a melody through a tree. */
export class ContextReader {
  /** Nodes of the contexts that end here, from the empty one to the longest that was seen; `length` of them. */
  readonly contexts: Int32Array
  length = 1
  private readonly tree: ContextTree

  constructor(tree: ContextTree) {
    this.tree = tree
    this.contexts = new Int32Array(tree.depth + 1).fill(ROOT)
  }

  /** Goes on by a symbol; with `learn` it is counted in every context that ends here. */
  advance(symbol: number, learn: boolean): void {
    const { contexts, tree } = this
    if (learn) for (let order = 0; order < this.length; order++) tree.count(contexts[order]!, symbol)
    const longest = Math.min(this.length, tree.depth)
    // From the longest down: each context's successor takes the place above it.
    for (let order = longest - 1; order >= 0; order--) contexts[order + 1] = tree.find(contexts[order]!, symbol)
    this.length = 1
    while (this.length <= longest && contexts[this.length] !== NONE) this.length++
  }
}
