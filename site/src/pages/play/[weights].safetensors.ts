import type { APIRoute, GetStaticPaths } from 'astro'
import { loadPlayModels, readWeights } from '../../lib/playModels.ts'

/** The published weights, byte for byte. */
export const getStaticPaths: GetStaticPaths = () =>
  loadPlayModels().map(({ iteration }) => ({ params: { weights: iteration } }))

export const GET: APIRoute = ({ params }) => new Response(readWeights(params['weights'] ?? ''))
