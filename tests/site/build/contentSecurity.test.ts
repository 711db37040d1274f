import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { contentSecurityPolicy, withPolicy } from '../../../site/build/contentSecurity.ts'
import { parseHtml } from '../../../site/build/siteLinks.ts'

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
const directive = (html: string, name: string): string =>
  contentSecurityPolicy(parseHtml(html), ['a()', 'b()'])
    .split('; ')
    .find((each) => each.startsWith(`${name} `)) ?? ''

describe('contentSecurityPolicy', () => {
  it('names inline scripts, styles and style attributes by hash, each once', () => {
    const html =
      '<style>p{}</style><script>a()</script><p style="color:red">x</p><pre><span style="color:red">y</span></pre>'
    expect(directive(html, 'script-src')).toBe(`script-src 'self' ${hash('a()')}`)
    expect(directive(html, 'style-src-elem')).toBe(`style-src-elem 'self' ${hash('')} ${hash('p{}')}`)
    expect(directive(html, 'style-src-attr')).toBe(`style-src-attr 'unsafe-hashes' ${hash('color:red')}`)
  })

  it('does not allow a foreign script', () => {
    const html = '<script>a()</script><script>evil()</script><svg><script>evil()</script></svg>'
    expect(directive(html, 'script-src')).toBe(`script-src 'self' ${hash('a()')}`)
    expect(contentSecurityPolicy(parseHtml(html))).toContain("script-src 'self';")
  })

  it('hashes an attribute as the browser reads it', () => {
    expect(directive('<p style="font-family:&quot;A&quot;">x</p>', 'style-src-attr')).toContain(hash('font-family:"A"'))
  })

  it('leaves out scripts that are files or data, and forbids style attributes if there are none', () => {
    const html = '<script src="/a.js"></script><script type="application/json">{}</script>'
    expect(directive(html, 'script-src')).toBe("script-src 'self'")
    expect(directive(html, 'style-src-attr')).toBe("style-src-attr 'none'")
  })
})

describe('withPolicy', () => {
  it('puts the policy before everything it governs', () => {
    const html = '<head><meta charset="utf-8"><script>a()</script></head>'
    expect(withPolicy(html, 'p')).toBe(
      '<head><meta charset="utf-8"><meta http-equiv="content-security-policy" content="p"><script>a()</script></head>',
    )
    expect(() => withPolicy('<head></head>', 'p')).toThrow('no <meta charset="utf-8"> to put its policy after')
  })
})
