import type { APIRoute, GetStaticPaths } from 'astro'
import { loadIterations, loadNotebooks } from '../../lib/study.ts'

/** The executed notebooks themselves. */
export const getStaticPaths: GetStaticPaths = () => {
  const scale = loadIterations()[0]?.result.config.scale
  if (scale === undefined) return []
  return loadNotebooks(scale).map(({ name, text }) => ({ params: { file: name }, props: { text } }))
}

export const GET: APIRoute = ({ props }) =>
  new Response(props['text'] as string, { headers: { 'content-type': 'application/x-ipynb+json' } })
