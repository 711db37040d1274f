import { HTMLElement, type Node, TextNode } from 'node-html-parser'
import { parseHtml } from '../../build/siteLinks.ts'

const words = (text: string): string[] => text.trim().split(/\s+/)

/** Elements that show something and do nothing, as notebooks and Markdown write them. Names keep the case of SVG. */
const PASSIVE = new Set(
  words(`
    a abbr audio b blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure
    h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp section small span strong sub summary sup table tbody
    td tfoot th thead tr u ul var
    svg circle clipPath defs desc ellipse g line linearGradient marker mask path pattern polygon polyline
    radialGradient rect stop symbol text textPath title tspan use`),
)

/** Elements whose content is not meant to be read either. */
const HIDDEN = new Set(
  words(
    'applet embed foreignobject frame frameset head iframe math noembed noframes noscript object script style template',
  ),
)
const VOID = new Set(words('br col hr img'))

/** Where a link may lead: a page, a place on it, or a mailbox. */
const LINK = /^(?:https?:|mailto:|[^:]*$|[^:]*[/?#])/i
/** What may be shown or heard: a file of the site, or a picture or sound in the page itself; an SVG in an `img` runs and loads nothing. */
const MEDIA =
  /^(?:data:(?:image\/(?:png|jpe?g|gif|webp|svg\+xml)|audio\/[\w.-]+);base64,[\w+/=\s]*$|(?![a-z][a-z\d+.-]*:|\/\/))/i
/** A style that covers the page, or asks for a file. */
const REACHING = /position|url|expression|@import|\\/i

/**
 * The HTML or SVG with nothing in it that acts: no scripts, handlers, frames, forms, style sheets, nor links that run
 * something. It is rewritten from what was understood, so nothing can hide in markup that browsers read differently.
 * An element that is not known is left out and its content kept.
 * @example passiveHtml('<p onclick="x()">A<script>y()</script></p>') // '<p>A</p>'
 */
export function passiveHtml(html: string): string {
  return parseHtml(html).childNodes.map(written).join('')
}

function written(node: Node): string {
  if (node instanceof TextNode) return withoutMarkup(node.rawText)
  if (!(node instanceof HTMLElement)) return '' // a comment
  const name = nameOf(node)
  if (HIDDEN.has(name.toLowerCase())) return ''
  const content = node.childNodes.map(written).join('')
  if (!PASSIVE.has(name)) return content
  return VOID.has(name) ? `<${name}${attributes(node)}>` : `<${name}${attributes(node)}>${content}</${name}>`
}

/** SVG's names have capitals inside; those of HTML may be written in any case. */
function nameOf({ rawTagName }: HTMLElement): string {
  return PASSIVE.has(rawTagName) ? rawTagName : rawTagName.toLowerCase()
}

/** Text as it stands, with its character references, and nothing that could begin an element. */
const withoutMarkup = (text: string): string => text.replaceAll('<', '&lt;').replaceAll('>', '&gt;')

function attributes(element: HTMLElement): string {
  return Object.entries(element.attributes)
    .filter(([name, value]) => /^[a-z_][\w:.-]*$/i.test(name) && isPassive(name.toLowerCase(), value))
    .map(([name, value]) => ` ${name}="${withoutMarkup(value.replaceAll('&', '&amp;')).replaceAll('"', '&quot;')}"`)
    .join('')
}

function isPassive(name: string, value: string): boolean {
  // Browsers pass over such characters inside a scheme.
  // eslint-disable-next-line no-control-regex
  const address = value.replace(/[\u0000-\u0020\u007f-\u009f]/g, '')
  if (name.startsWith('on') || ACTING.has(name)) return false
  if (name === 'href' || name === 'xlink:href') return LINK.test(address)
  if (name === 'src') return MEDIA.test(address)
  return name !== 'style' || !REACHING.test(value)
}

const ACTING = new Set(words('srcdoc srcset formaction action ping target data poster background is slot autofocus'))
