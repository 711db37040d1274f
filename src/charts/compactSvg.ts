/** Attributes of shapes that hold coordinates, and what only programs without sight of the picture's own label read. */
const COORDINATES = / (d|x|y|x1|x2|y1|y2|cx|cy|width|height|transform)="([^"]*)"/g
const UNREAD = / (?:role|class|aria-[a-z]+|pointer-events)="[^"]*"| opacity="1"(?=[ />])/g
const EMPTY_PATHS = /<path(?: d="(?:M0,0h0v0h0Z)?"| display="none")+\/>/g

/**
 * A drawn chart with a third of its bytes: coordinates to a tenth of a pixel, and no labels inside, which a picture with a label
 * of its own does not need. Text and the root element stay as they are.
 * @example compactSvg('<svg role="img"><path role="graphics-symbol" d="M0.123,4"/></svg>') // '<svg role="img"><path d="M0.1,4"/></svg>'
 */
export function compactSvg(svg: string): string {
  const end = svg.indexOf('>') + 1
  const inner = svg.slice(end).replaceAll(/<[a-z][^>]*>/gi, compactTag)
  return svg.slice(0, end) + inner.replaceAll(EMPTY_PATHS, '')
}

function compactTag(tag: string): string {
  return tag
    .replaceAll(UNREAD, '')
    .replaceAll(
      COORDINATES,
      (_, name: string, value: string) => ` ${name}="${value.replaceAll(/-?\d+\.\d{2,}(?:e-?\d+)?/g, tenths)}"`,
    )
}

const tenths = (text: string): string => String(Math.round(Number(text) * 10) / 10)
