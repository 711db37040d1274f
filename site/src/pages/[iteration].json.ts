import type { APIRoute, GetStaticPaths } from 'astro'
import { loadIterations } from '../lib/study.ts'

/** The numbers behind an iteration's page, as published. */
export const getStaticPaths: GetStaticPaths = () =>
  loadIterations().map(({ slug, result }) => ({ params: { iteration: slug }, props: { result } }))

export const GET: APIRoute = ({ props }) =>
  new Response(`${JSON.stringify(props['result'], null, 1)}\n`, { headers: { 'content-type': 'application/json' } })
