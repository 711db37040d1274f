import { createHash } from 'node:crypto'
import type { HTMLElement } from 'node-html-parser'
import { INLINE_SCRIPTS } from './inlineScripts.ts'

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** An empty style element: plotly fills one rule by rule, which no policy forbids. */
const EMPTY = hashOf('')

/**
 * The Content-Security-Policy of a finished page: everything from the site itself; of inline scripts the site's own, by
 * their hashes, so that one that came in with a page's content is not run; of styles and style attributes those that
 * stand in it now; nothing is evaluated.
 * @param ownScripts inline scripts of the site; only those the page has are named.
 */
export function contentSecurityPolicy(page: HTMLElement, ownScripts = INLINE_SCRIPTS): string {
  const inline = new Set(page.querySelectorAll('script').map(({ rawText }) => rawText))
  const scripts = ownScripts.filter((script) => inline.has(script))
  const styles = page.querySelectorAll('style').map(({ rawText }) => hashOf(rawText))
  const attributes = page.querySelectorAll('[style]').map((element) => hashOf(element.getAttribute('style') ?? ''))
  const sources = (...all: readonly string[]): string => [...new Set(all)].join(' ')
  const unsafeHashes = attributes.length > 0 ? ["'unsafe-hashes'"] : []
  return [
    "default-src 'none'",
    `script-src ${sources("'self'", ...scripts.map(hashOf))}`,
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
  if (!charset.test(html)) throw new Error('the page has no <meta charset="utf-8"> to put its policy after')
  return html.replace(charset, (found) => `${found}<meta http-equiv="content-security-policy" content="${policy}">`)
}
