import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { passiveHtml } from '../../site/src/lib/passiveHtml.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'

/** What a poisoned notebook holds -> what its page shows. */
const POISONED: readonly (readonly [html: string, shown: string])[] = [
  ['<p>A<script>x()</script>B</p>', '<p>AB</p>'],
  ['<SCRIPT SRC="/x.js"></SCRIPT >', ''],
  [
    '<svg viewBox="0 0 1 1"><script>x()</script><path d="M0 0"/></svg>',
    '<svg viewBox="0 0 1 1"><path d="M0 0"></path></svg>',
  ],
  ['<svg><script xlink:href="data:,x()"></script></svg>', '<svg></svg>'],
  ['<svg><foreignObject><p>A</p></foreignObject></svg>', '<svg></svg>'],
  ['<svg><a xlink:href="javascript:x()"><text>A</text></a></svg>', '<svg><a><text>A</text></a></svg>'],
  [
    '<svg><a><animate attributeName="href" to="javascript:x()"></animate><text>A</text></a></svg>',
    '<svg><a><text>A</text></a></svg>',
  ],
  ['<svg><use href="data:image/svg+xml,x"></use></svg>', '<svg><use></use></svg>'],
  ['<meta http-equiv="refresh" content="0;url=https://example.org/">', ''],
  ['<base href="https://example.org/">', ''],
  ['<iframe srcdoc="&lt;script&gt;x()&lt;/script&gt;"></iframe>', ''],
  ['<object data="/x"></object><embed src="/x">', ''],
  ['<form action="https://example.org/"><button formaction="javascript:x()">A</button></form>', 'A'],
  ['<link rel="stylesheet" href="https://example.org/x.css">', ''],
  ['<style>body{display:none}</style>', ''],
  ['<img src="x.png" onerror="x()">', '<img src="x.png">'],
  ['<img src=x.png ONERROR=x()>', '<img src="x.png">'],
  ['<img src="https://example.org/x.png">', '<img>'],
  ['<img src="data:image/svg+xml,<svg>">', '<img>'],
  ['<img src="data:image/svg+xml;base64,PHN2Zz4=">', '<img src="data:image/svg+xml;base64,PHN2Zz4=">'],
  ['<p onclick="x()" style="position:fixed;inset:0">A</p>', '<p>A</p>'],
  ['<td style="color:red">1</td>', '<td style="color:red">1</td>'],
  ['<a href="javascript:x()">A</a>', '<a>A</a>'],
  ['<a href=" java&#10;script:x()">A</a>', '<a>A</a>'],
  ['<a href="&#106;avascript:x()">A</a>', '<a>A</a>'],
  ['<a href="vbscript:x()">A</a>', '<a>A</a>'],
  ['<a href="data:text/html,x">A</a>', '<a>A</a>'],
  ['<a href="https://example.org/?a=1&amp;b=2#c">A</a>', '<a href="https://example.org/?a=1&amp;b=2#c">A</a>'],
  ['<a href="../1-corpus/#a:b">A</a>', '<a href="../1-corpus/#a:b">A</a>'],
  [
    '<p title="&lt;/p&gt;&lt;script&gt;">1 &lt; 2 &amp; 3</p>',
    '<p title="&lt;/p&gt;&lt;script&gt;">1 &lt; 2 &amp; 3</p>',
  ],
  ['<svg><clipPath id="a"><rect/></clipPath></svg>', '<svg><clipPath id="a"><rect></rect></clipPath></svg>'],
  ['<custom-table><table><tr><td>1</td></tr></table></custom-table>', '<table><tr><td>1</td></tr></table>'],
]

/** Markup that parsers read differently. */
const AMBIGUOUS = [
  '<scr<script></script>ipt>x()</script>',
  '<svg><style><img src=x onerror=x()></style></svg>',
  '<svg></p><style><a id="</style><img src=x onerror=x()>">',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=x()&gt;">',
  '<noscript><p title="</noscript><img src=x onerror=x()>"></noscript>',
  '<!--><script>x()</script>-->',
  '<p title="a" title=\'"><script>x()</script>\'>',
  '<img src="a"onerror="x()">',
  '<img/src="a"/onerror=x()>',
  '<title><p title="</title><script>x()</script>"></title>',
  '<textarea><script>x()</script>',
  '<a href="a" "onclick=x()">A</a>',
  '<script',
  '<scr\0ipt>x()</scr\0ipt>',
]

describe('passiveHtml', () => {
  it.each(POISONED)('%s', (html, shown) => {
    expect(passiveHtml(html)).toBe(shown)
  })

  it.each(AMBIGUOUS)('writes only known elements and no handler of %s', (html) => {
    const shown = passiveHtml(html)
    // Each < begins an element that is written whole, with quoted attributes; so no parser can read it otherwise.
    const rest = shown.replace(/<\/?[a-z][a-zA-Z\d]*(?: [\w:.-]+="[^"<>]*")*>/g, (tag) => {
      expect(tag).not.toMatch(/^<\/?(?:script|style|iframe|object|textarea|noscript|math)\b| on\w+=/i)
      return ''
    })
    expect(rest).not.toMatch(/[<>]/)
    expect(passiveHtml(shown)).toBe(shown)
  })

  it('leaves the outputs of the published notebooks as they are, but for what moves a playhead', () => {
    const folder = join(projectRoot, 'report/notebooks')
    const outputs = readdirSync(folder)
      .filter((name) => name.endsWith('.ipynb'))
      .flatMap((name) => shownBy(readFileSync(join(folder, name), 'utf8')))
    expect(outputs.length).toBeGreaterThan(50)
    for (const html of outputs) {
      const shown = passiveHtml(html)
      const still = html.replace(/<script>[^]*?<\/script>/g, '')
      expect(elements(shown)).toEqual(elements(still))
      expect(styles(shown)).toEqual(styles(still))
    }
  })
})

interface Cell {
  readonly outputs?: readonly { readonly data?: Readonly<Record<string, string | string[]>> }[]
}

function shownBy(notebook: string): string[] {
  const { cells } = JSON.parse(notebook) as { cells: readonly Cell[] }
  const data = cells.flatMap(({ outputs = [] }) => outputs.map((output) => output.data ?? {}))
  return data
    .map((each) => each['image/svg+xml'] ?? each['text/html'])
    .flatMap((html) => (html === undefined ? [] : [[html].flat().join('')]))
}

const elements = (html: string): string[] => html.match(/<[a-zA-Z][\w-]*/g) ?? []
const styles = (html: string): string[] => html.match(/ (?:class|d|x|y|transform|href|src|id)="[^"]*"/g) ?? []
