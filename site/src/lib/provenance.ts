/** Every module of the project's own source, as text: read at build, to say where a figure comes from. */
const sources = import.meta.glob<string>('../../../src/**/*.ts', { query: '?raw', import: 'default', eager: true })

/**
 * The module that exports a function, as a path in the project.
 * @throws Error that names the function when no module exports it.
 */
export function sourceOf(name: string): string {
  const declared = new RegExp(`^export (?:async )?(?:function|const) ${name}\\b`, 'm')
  const found = Object.entries(sources).find(([, text]) => declared.test(text))
  if (!found) throw new Error(`no module of src exports ${name}, which is said to draw a figure of the report`)
  return found[0].replace(/^(?:\.\.\/)+/, '')
}
