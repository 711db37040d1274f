import type { APIRoute, GetStaticPaths } from 'astro'
import { loadNotebooks } from '../../lib/study.ts'

/** The executed notebooks themselves. */
export const getStaticPaths: GetStaticPaths = () =>
  loadNotebooks().map(({ name, text }) => ({ params: { file: name }, props: { text } }))

export const GET: APIRoute<{ text: string }> = ({ props: { text } }) =>
  new Response(text, { headers: { 'content-type': 'application/x-ipynb+json' } })
