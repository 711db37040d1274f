import { createHash } from 'node:crypto'
import type { HTMLElement } from 'node-html-parser'

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** An empty style element: plotly fills one rule by rule, which no policy forbids. */
const EMPTY = hashOf('')

/** Types of a script element that hold data and are never run. */
const DATA = /json|text\/plain/

/**
 * The Content-Security-Policy of a finished page: everything from the site itself; no inline script, style or style
 * attribute but those that stand in it now, by their hashes; nothing is evaluated.
 */
export function contentSecurityPolicy(page: HTMLElement): string {
  const scripts = page
    .querySelectorAll('script')
    .filter((script) => script.getAttribute('src') === undefined && !DATA.test(script.getAttribute('type') ?? ''))
  const styles = page.querySelectorAll('style').map(({ rawText }) => hashOf(rawText))
  const attributes = page.querySelectorAll('[style]').map((element) => hashOf(element.getAttribute('style') ?? ''))
  const sources = (...all: readonly string[]): string => [...new Set(all)].join(' ')
  const unsafeHashes = attributes.length > 0 ? ["'unsafe-hashes'"] : []
  return [
    "default-src 'none'",
    `script-src ${sources("'self'", ...scripts.map(({ rawText }) => hashOf(rawText)))}`,
    // The first for browsers that do not know the other two.
    `style-src ${sources("'self'", EMPTY, ...unsafeHashes, ...styles, ...attributes)}`,
    `style-src-elem ${sources("'self'", EMPTY, ...styles)}`,
    `style-src-attr ${attributes.length > 0 ? sources(...unsafeHashes, ...attributes) : "'none'"}`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}

/** The page's HTML with the policy as its first meta element after the character set. */
export function withPolicy(html: string, policy: string): string {
  const charset = /<meta charset="utf-8"\s*\/?>/i
  if (!charset.test(html)) throw new Error('a page without <meta charset="utf-8"> has no place for its policy')
  return html.replace(charset, (found) => `${found}<meta http-equiv="content-security-policy" content="${policy}">`)
}
