import type { APIRoute, GetStaticPaths } from 'astro'
import { publishedModels, packedWeights } from '../../lib/playModels.ts'

/** The published weights, packed for the way to the page, which checks the hash of what it unpacks. */
export const getStaticPaths: GetStaticPaths = () => publishedModels().map((weights) => ({ params: { weights } }))

export const GET: APIRoute = ({ params }) => new Response(packedWeights(params['weights'] ?? ''))
