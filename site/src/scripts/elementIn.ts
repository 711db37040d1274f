/** The element below another that a selector names. @throws Error where the page has none. */
export function elementIn<E extends Element = HTMLElement>(root: ParentNode, selector: string): E {
  const found = root.querySelector<E>(selector)
  if (found === null) throw new Error(`the page has no ${selector}`)
  return found
}

/** The element that an event came from, or the nearest around it, that a selector names; null where none is. */
export const elementOf = <E extends Element = HTMLElement>({ target }: Event, selector: string): E | null =>
  target instanceof Element ? target.closest<E>(selector) : null
