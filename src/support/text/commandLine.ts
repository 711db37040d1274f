/** A command as a shell takes it. */
export const commandLine = (command: string, ...words: readonly (readonly string[])[]): string =>
  [command, ...words.flat().map(quoted)].join(' ')

const quoted = (word: string): string => (/^[\w./@:+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)
