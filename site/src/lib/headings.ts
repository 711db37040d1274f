/** A heading a reader can go to. */
export interface Heading {
  readonly id: string
  readonly text: string
}

/**
 * The second-level headings of a page's HTML that have an anchor, their text without tags.
 * @example headings('<h2 id="data">The <em>data</em></h2>') // [{ id: 'data', text: 'The data' }]
 */
export function headings(html: string): Heading[] {
  return [...html.matchAll(/<h2\b[^>]*?\sid="([^"]+)"[^>]*>([\s\S]*?)<\/h2>/g)].map(([, id = '', inner = '']) => ({
    id,
    text: inner.replace(/<[^>]*>/g, '').trim(),
  }))
}
