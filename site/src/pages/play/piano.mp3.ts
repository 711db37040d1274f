import type { APIRoute } from 'astro'
import { pianoSprite } from '../../lib/pianoSprite.ts'

/** The piano that the page of the models plays with. */
export const GET: APIRoute = async () => new Response((await pianoSprite()) as Uint8Array<ArrayBuffer>)
