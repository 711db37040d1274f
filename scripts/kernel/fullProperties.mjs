/**
 * A cell's code with every `{ name }` of an object written out as `{ name: name }`. tslab finds names of earlier cells
 * everywhere but there.
 * @param {typeof import('typescript')} ts
 * @param {string} code
 * @returns {string}
 */
export function fullProperties(ts, code) {
  const file = ts.createSourceFile('cell.ts', code, ts.ScriptTarget.Latest, true)
  const ends = []
  const visit = (node) => {
    if (ts.isShorthandPropertyAssignment(node)) ends.push([node.name.end, node.name.text])
    ts.forEachChild(node, visit)
  }
  visit(file)
  return ends.toReversed().reduce((text, [end, name]) => `${text.slice(0, end)}: ${name}${text.slice(end)}`, code)
}
