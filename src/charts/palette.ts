/** Colours of a chart. Each is a CSS colour; `cssPalette` holds variables, so a page can turn dark without a redraw. */
export interface Palette {
  /** Text. */
  readonly ink: string
  /** Axes, ticks and what is said in passing. */
  readonly muted: string
  readonly grid: string
  /** The first series: training, or what a model generated. */
  readonly first: string
  /** Text upon the first colour. */
  readonly onFirst: string
  /** The second series: a primer, or melodies that were not trained on. */
  readonly second: string
  /** What stands beside for comparison: a baseline, what a model did before. */
  readonly given: string
  /** Behind the black keys of a piano roll. */
  readonly shade: string
  readonly background: string
}

// Okabe and Ito's hues, which the common colour blindnesses keep apart, darkened or lightened to 4.5:1 on the ground.
/** Colours on a light ground. */
export const lightPalette: Palette = {
  ink: '#1f2328',
  muted: '#59636e',
  grid: '#d9dee3',
  first: '#0069a8',
  onFirst: '#ffffff',
  second: '#b34700',
  given: '#6e7781',
  shade: '#f1f3f5',
  background: '#ffffff',
}

/** Colours on a dark ground. */
export const darkPalette: Palette = {
  ink: '#e6edf3',
  muted: '#9ba6b2',
  grid: '#343b43',
  first: '#5cb8f0',
  onFirst: '#0d1117',
  second: '#f0a04b',
  given: '#8b949e',
  shade: '#1b2128',
  background: '#0d1117',
}

/** Names of the custom properties a page sets; light colours stand in where it does not. */
const variable = (name: keyof Palette): string => `var(--chart-${name}, ${lightPalette[name]})`

/** The default: every colour is `var(--chart-<name>, <light colour>)`. */
export const cssPalette: Palette = {
  ink: variable('ink'),
  muted: variable('muted'),
  grid: variable('grid'),
  first: variable('first'),
  onFirst: variable('onFirst'),
  second: variable('second'),
  given: variable('given'),
  shade: variable('shade'),
  background: variable('background'),
}

/** The declarations a page needs for `cssPalette`, to be put into a rule: `:root { … }`. */
export function paletteCss(palette: Palette): string {
  return Object.entries(palette)
    .map(([name, colour]) => `--chart-${name}: ${colour};`)
    .join(' ')
}
