/**
 * JSON for files that people read and git compares: indented by one space, with an innermost array or object (a list of
 * events, a row of a table) on one line. Ends in a newline.
 * @example readableJson({ events: [60, -2] }) // '{\n "events": [60, -2]\n}\n'
 */
export function readableJson(value: unknown, digits?: number): string {
  const rounded = (_name: string, each: unknown): unknown =>
    digits !== undefined && typeof each === 'number' && !Number.isInteger(each)
      ? Number(each.toPrecision(digits))
      : each
  const indented = JSON.stringify(value, rounded, 1)
  // A string holds no raw line break, so this touches the spaces between values alone.
  const innermost = /([[{])\n\s*([^[\]{}]*?)\n\s*([\]}])/g
  return `${indented.replace(innermost, (_, open: string, inside: string, close: string) => {
    return open + inside.replace(/\n\s*/g, ' ') + close
  })}\n`
}
