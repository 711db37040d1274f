import { loadIterations } from './study.ts'

/** Whether what is built is the full study: there nothing may be missing. */
export const isFullScale = (): boolean => {
  const iterations = loadIterations()
  return iterations.length > 0 && iterations.every(({ result }) => result.config.scale === 'full')
}

/**
 * Something that the report shows: of a smaller study it may be missing, and is left out.
 * @param what such as 'figure why-places'
 * @throws Error that names it when the full study lacks it.
 */
export function required<T>(what: string, found: T | null | undefined, remedy: string): T | null {
  if (found !== null && found !== undefined) return found
  if (isFullScale()) throw new Error(`the report has no ${what}: ${remedy}`)
  return null
}
