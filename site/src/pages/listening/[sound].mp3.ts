import { readFile } from 'node:fs/promises'
import type { APIRoute, GetStaticPaths } from 'astro'
import { listeningSounds, loadListeningTest, soundPath } from '../../lib/listening.ts'

/** The sounds of the listening test, by names that do not say who made them. */
export const getStaticPaths: GetStaticPaths = () => {
  const test = loadListeningTest()
  return test === null ? [] : listeningSounds(test).map((sound) => ({ params: { sound } }))
}

export const GET: APIRoute = async ({ params }) => new Response(await readFile(soundPath(params.sound ?? '')))
