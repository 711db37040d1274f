/**
 * The same function, computed at its first call alone: what is published does not change while a site is built. The
 * development server, whose files do, computes again.
 */
export function once<T>(compute: () => T): () => T {
  let known: { readonly value: T } | null = null
  return () => {
    if (known === null || import.meta.env.DEV) known = { value: compute() }
    return known.value
  }
}
