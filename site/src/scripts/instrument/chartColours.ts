/** A colour of the page's charts, by its name. */
export type Colour = (name: 'ink' | 'first' | 'second' | 'muted' | 'grid' | 'shade') => string

/** The page's colours as they are now, light or dark, by what an element in them looks like. */
export function colours(probe: HTMLElement): Colour {
  const known = new Map<string, string>()
  return (name) => {
    const found = known.get(name)
    if (found !== undefined) return found
    probe.style.color = `var(--chart-${name})`
    const colour = getComputedStyle(probe).color
    known.set(name, colour)
    return colour
  }
}
