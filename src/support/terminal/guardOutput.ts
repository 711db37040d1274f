import { printableLines } from '../text/printable.ts'

/**
 * From now on a stream writes no character that a terminal would obey, whatever file it came from: the last net below all
 * commands, so none can forget it. For standard output, which holds text and JSON alone; progress bars, which move the
 * cursor, are drawn on standard error.
 */
export function guardOutput(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream) as (chunk: unknown, ...rest: unknown[]) => boolean
  stream.write = (chunk: unknown, ...rest: unknown[]): boolean =>
    write(typeof chunk === 'string' ? printableLines(chunk) : chunk, ...rest)
}
