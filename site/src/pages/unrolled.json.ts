import type { APIRoute } from 'astro'
import { loadUnrolled } from '../lib/unrolled.ts'

/** What the figure of the unrolled network shows: gates, memory and expectations at every step. */
export const GET: APIRoute = () =>
  new Response(`${JSON.stringify(loadUnrolled() ?? [])}\n`, { headers: { 'content-type': 'application/json' } })
