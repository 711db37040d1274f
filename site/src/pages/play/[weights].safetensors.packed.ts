import type { APIRoute, GetStaticPaths } from 'astro'
import { loadPlayModels, packedWeights } from '../../lib/playModels.ts'

/** The published weights, packed for the way to the page, which checks the hash of what it unpacks. */
export const getStaticPaths: GetStaticPaths = () =>
  loadPlayModels().map(({ iteration }) => ({ params: { weights: iteration } }))

export const GET: APIRoute = ({ params }) => new Response(packedWeights(params['weights'] ?? ''))
