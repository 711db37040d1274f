import type { Loader } from 'astro/loaders'
import { apiReference } from '../../build/apiReference.ts'
import { passiveHtml } from './passiveHtml.ts'

/** The reference of the package as one entry: its HTML. */
export function apiLoader(): Loader {
  return {
    name: 'api-reference',
    async load({ store, renderMarkdown }) {
      store.clear()
      const { html } = await renderMarkdown(await apiReference())
      store.set({ id: 'api', data: { html: passiveHtml(html) } })
    },
  }
}
