import type { APIRoute, GetStaticPaths } from 'astro'
import { publishedModels, readWeights } from '../../lib/playModels.ts'

/** The published weights, byte for byte. */
export const getStaticPaths: GetStaticPaths = () => publishedModels().map((weights) => ({ params: { weights } }))

export const GET: APIRoute = ({ params }) => new Response(readWeights(params['weights'] ?? ''))
