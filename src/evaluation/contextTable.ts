/** The node of the empty context. */
export const ROOT = 0
/** No such node. */
export const NONE = -1
/** Share of the table that is filled before it doubles. */
const LOAD = 0.6

/** Contexts as nodes: from a context and one more symbol to the longer context. Node 0 is the empty one. */
export class ContextTable {
  size = 1
  parents: Int32Array
  symbols: Int32Array
  /** Open addressing: from parent and symbol to the node. */
  private slots: Int32Array

  constructor(firstSize: number) {
    this.parents = new Int32Array(firstSize)
    this.symbols = new Int32Array(firstSize)
    this.slots = new Int32Array(4 * firstSize).fill(NONE)
  }

  /** The context that `symbol` makes of `parent`; -1 if there is none. */
  find(parent: number, symbol: number): number {
    return this.slots[this.slotOf(parent, symbol)]!
  }

  /** Adds that context, which must be new. */
  add(parent: number, symbol: number): number {
    if (this.size === this.parents.length) {
      this.parents = wider(this.parents)
      this.symbols = wider(this.symbols)
    }
    if (this.size > this.slots.length * LOAD) this.rehash()
    const node = this.size++
    this.parents[node] = parent
    this.symbols[node] = symbol
    this.slots[this.slotOf(parent, symbol)] = node
    return node
  }

  /** Takes back the node added last. */
  removeLast(): void {
    const node = --this.size
    this.slots[this.slotOf(this.parents[node]!, this.symbols[node]!)] = NONE
  }

  private slotOf(parent: number, symbol: number): number {
    const mask = this.slots.length - 1
    let slot = Math.imul(Math.imul(parent, 0x9e3779b1) ^ (symbol + 1), 0x85ebca6b)
    slot = (slot ^ (slot >>> 15)) & mask
    for (; ; slot = (slot + 1) & mask) {
      const node = this.slots[slot]!
      if (node === NONE || (this.parents[node] === parent && this.symbols[node] === symbol)) return slot
    }
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 2).fill(NONE)
    for (let node = 1; node < this.size; node++)
      this.slots[this.slotOf(this.parents[node]!, this.symbols[node]!)] = node
  }
}

/** A copy of twice the length; the new half holds 0, or `fill`. */
export function wider<A extends Int32Array | Int16Array | Uint16Array>(old: A, fill = 0): A {
  const wide = new (old.constructor as new (length: number) => A)(old.length * 2)
  wide.set(old)
  if (fill !== 0) wide.fill(fill, old.length)
  return wide
}
