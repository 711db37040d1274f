/**
 * A count with its noun: every line that prints how many there are goes through here, because nobody has 1 scores.
 * @param many the plural, where it is not `one` with an s.
 * @example counted(1, 'melody', 'melodies') // 1 melody
 * @example counted(4248, 'file') // 4,248 files
 */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`
}
