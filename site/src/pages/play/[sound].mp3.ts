import type { APIRoute, GetStaticPaths } from 'astro'
import { pianoSprite } from '../../lib/pianoSprite.ts'
import { loadPlayModels } from '../../lib/playModels.ts'

/** The piano that the page of the models plays with, where there are any. */
export const getStaticPaths: GetStaticPaths = () =>
  loadPlayModels().length > 0 ? [{ params: { sound: 'piano' } }] : []

export const GET: APIRoute = async () => new Response(await pianoSprite())
