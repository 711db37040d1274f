import type { Loader } from 'astro/loaders'
import { passiveHtml } from './passiveHtml.ts'
import { loadNotebooks } from './study.ts'

/** A cell as the page shows it. */
export type Cell =
  | { readonly kind: 'prose'; readonly html: string }
  | { readonly kind: 'code'; readonly source: string; readonly outputs: readonly Output[] }

/** What a cell gave: a chart (its vega-lite specification as JSON), sound (MP3 as base64), other HTML, or plain text. */
export interface Output {
  readonly kind: 'chart' | 'sound' | 'html' | 'text'
  readonly content: string
  /** What a sound is of. */
  readonly label?: string | undefined
}

const VEGA_LITE = 'application/vnd.vegalite.v5+json'
const SOUND = /<audio\b[^>]*\bsrc="data:audio\/mpeg;base64,([^"]+)"/

type Text = string | readonly string[]
type TextType = 'image/svg+xml' | 'text/html' | 'text/plain'
interface RawOutput {
  readonly output_type: string
  readonly text?: Text
  readonly data?: { readonly [VEGA_LITE]?: unknown } & Readonly<Partial<Record<TextType, Text>>>
}
interface RawCell {
  readonly cell_type: string
  readonly source: Text
  readonly outputs?: readonly RawOutput[]
}

/** The executed notebooks of the published scale, one entry each. Nobody reads them output by output, so nothing in them acts. */
export function notebooksLoader(): Loader {
  return {
    name: 'executed-notebooks',
    async load({ store, renderMarkdown }) {
      store.clear()
      for (const { name, text } of loadNotebooks()) {
        const raw = (JSON.parse(text) as { cells: readonly RawCell[] }).cells
        const cells: Cell[] = []
        for (const cell of raw)
          cells.push(await cellOf(cell, async (prose) => passiveHtml(linksToPages((await renderMarkdown(prose)).html))))
        store.set({ id: name, data: { title: titleOf(raw) ?? name, cells } })
      }
    },
  }
}

/** A notebook links to another one's file; its page, to the other one's page, or where that one was not executed to the list of all. */
function linksToPages(html: string): string {
  const names = new Set(loadNotebooks().map(({ name }) => name))
  return html.replace(/href="([\w.-]+)\.ipynb(#[^"]*)?"/g, (_, name: string, place = '') =>
    names.has(name) ? `href="../${name}/${place}"` : 'href="../"',
  )
}

const joined = (text: Text): string => (typeof text === 'string' ? text : text.join(''))

async function cellOf(cell: RawCell, render: (markdown: string) => Promise<string>): Promise<Cell> {
  const source = joined(cell.source)
  if (cell.cell_type !== 'code') return { kind: 'prose', html: await render(source) }
  return { kind: 'code', source, outputs: (cell.outputs ?? []).flatMap(outputOf) }
}

/** The form a page shows best: a chart, a drawing, sound, else HTML, else text; nothing for an empty one. */
function outputOf({ text, data = {} }: RawOutput): Output[] {
  const chart = data[VEGA_LITE]
  if (chart !== undefined) return [{ kind: 'chart', content: JSON.stringify(chart) }]
  const svg = data['image/svg+xml']
  const html = data['text/html']
  if (svg !== undefined) return [{ kind: 'html', content: passiveHtml(joined(svg)) }]
  const sound = html === undefined ? null : SOUND.exec(joined(html))
  if (sound) return [{ kind: 'sound', content: sound[1] ?? '', label: joined(data['text/plain'] ?? 'Sound') }]
  if (html !== undefined && !isEmpty(joined(html)))
    return [{ kind: 'html', content: passiveHtml(withoutSources(joined(html))) }]
  const plain = joined(text ?? data['text/plain'] ?? '')
  return plain.trim() === '' || html !== undefined ? [] : [{ kind: 'text', content: plain }]
}

/** Links to the project's code lead to files that the site does not hold; their names stay. */
const withoutSources = (html: string): string => html.replace(/<a href="(?:\.\.\/)+src\/[^"]*">(.*?)<\/a>/g, '$1')

const isEmpty = (html: string): boolean => /^(<[^>]*>|\s)*$/.test(html) && !/<(svg|img|audio|hr)\b/.test(html)

/** The first heading of the first prose. */
function titleOf(cells: readonly RawCell[]): string | undefined {
  const prose = cells.find((cell) => cell.cell_type === 'markdown')
  return prose && /^#\s+(.+)$/m.exec(joined(prose.source))?.[1]
}
