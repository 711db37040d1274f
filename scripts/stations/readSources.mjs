// Loaded by every process of `npm run coverage`: where dist/ is asked for, it gives src/, which Node reads as it is, so that
// what tests in this process and what child processes run is counted in the same lines.
import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'

const root = new URL('../../', import.meta.url).href
const dist = `${root}dist/`
const src = `${root}src/`

/** A worker's file that src/ names as compiled, beside itself: there its source is. */
const sourceOf = (specifier) =>
  specifier.startsWith(src) && specifier.endsWith('.js') ? `${specifier.slice(0, -'.js'.length)}.ts` : specifier

registerHooks({
  resolve(specifier, context, next) {
    const found = next(sourceOf(specifier), context)
    if (!found.url.startsWith(dist) || !found.url.endsWith('.js')) return found
    const url = `${src}${found.url.slice(dist.length, -'.js'.length)}.ts`
    return existsSync(new URL(url)) ? { ...found, url, format: 'module-typescript' } : found
  },
})
