/** Widths of letters in a common sans serif, as shares of its size: narrow ones, wide ones, capitals and digits, the rest. */
const NARROW = /[iIjlftr.,:;'’!()[\]| -]/
const WIDE = /[mwMW%@–—]/
const TALL = /[A-Z0-9]/

const widthOf = (letter: string): number => {
  if (NARROW.test(letter)) return 0.34
  if (WIDE.test(letter)) return 0.9
  return TALL.test(letter) ? 0.66 : 0.58
}

/**
 * About how wide a text is in pixels, a little more rather than less: charts are drawn at build, where no font can be measured.
 * @example textWidth('nats', 10) // 20.8
 */
export function textWidth(text: string, size: number): number {
  return [...text].reduce((sum, letter) => sum + widthOf(letter), 0) * size
}

/**
 * The words of a text in lines that are at most so wide, each as full as it can be; a word that is wider has a line of its own.
 * @example linesOf('one two', 30, 10) // ['one', 'two']
 */
export function linesOf(text: string, width: number, size: number): string[] {
  return text.split(' ').reduce<string[]>((lines, word) => {
    const last = lines.at(-1)
    const longer = `${last} ${word}`
    if (last === undefined || textWidth(longer, size) > width) return [...lines, word]
    return [...lines.slice(0, -1), longer]
  }, [])
}
