import { createHash, randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Application, DeclarationReflection, Logger, LogLevel, type ProjectReflection } from 'typedoc'
import { projectRoot } from '../../src/support/projectRoot.ts'

/**
 * The reference of the package as Markdown, generated from the doc comments of `src/index.ts`. It takes seconds, so it is
 * kept in `node_modules/.cache` until the sources change.
 * @throws Error that lists what typedoc complains about, such as a broken `@link`.
 */
export async function apiReference(): Promise<string> {
  const cached = join(projectRoot, 'node_modules/.cache/cantus', `api-${await sourcesHash()}.md`)
  const known = await readFile(cached, 'utf8').catch(() => null)
  if (known !== null) return known
  const markdown = await generate()
  await mkdir(dirname(cached), { recursive: true })
  const temporary = `${cached}.${randomUUID()}`
  await writeFile(temporary, markdown)
  await rename(temporary, cached)
  return markdown
}

/** Changes with every source, and with this file, which holds typedoc's options. */
async function sourcesHash(): Promise<string> {
  const folder = join(projectRoot, 'src')
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts')).sort()
  const files = [...names.map((name) => join(folder, name)), import.meta.filename]
  const hash = createHash('sha256')
  for (const file of files) hash.update(`${file}\0${await readFile(file, 'utf8')}\0`)
  return hash.digest('hex').slice(0, 16)
}

async function generate(): Promise<string> {
  const out = await mkdtemp(join(tmpdir(), 'cantus-api-'))
  try {
    const app = await Application.bootstrapWithPlugins({ ...OPTIONS, out })
    const complaints = new Complaints()
    app.logger = complaints
    const project = await app.convert()
    if (project !== undefined) {
      dropInherited(project)
      app.validate(project)
      await app.generateOutputs(project)
    }
    if (complaints.lines.length > 0)
      throw new Error(`the reference of src/index.ts cannot be made:\n${complaints.lines.join('\n')}`)
    return trimmed(await readFile(join(out, 'README.md'), 'utf8'))
  } finally {
    await rm(out, { recursive: true, force: true })
  }
}

/** What a base type has is shown there alone. */
function dropInherited(project: ProjectReflection): void {
  for (const each of Object.values(project.reflections)) {
    const inherited = each instanceof DeclarationReflection && (each.inheritedFrom ?? each.overwrites) !== undefined
    if (inherited) project.removeReflection(each)
  }
}

const OPTIONS = {
  entryPoints: [join(projectRoot, 'src/index.ts')],
  tsconfig: join(projectRoot, 'site/tsconfig.api.json'),
  plugin: ['typedoc-plugin-markdown'],
  router: 'module',
  readme: 'none',
  disableSources: true,
  excludeExternals: true,
  skipErrorChecking: true, // `npm run check` does it
  validation: { invalidLink: true, notExported: false }, // types of types stay out, to keep it short
  tableColumnSettings: { hideInherited: true, hideOverrides: true, hideModifiers: true },
  hideBreadcrumbs: true,
  hidePageHeader: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'table',
  typeAliasPropertiesFormat: 'table',
  typeDeclarationFormat: 'table',
}

/** Without the title, since the page has its own, and without constructors, since programs only catch the errors. */
const trimmed = (markdown: string): string =>
  markdown.replace(/^# .*\n+/, '').replace(/\n#### Constructors\n[^]*?(?=\n#{3,4} |\n\*\*\*\n)/g, '')

/** Collects warnings and errors. */
class Complaints extends Logger {
  readonly lines: string[] = []

  override log(message: string, level: LogLevel): void {
    if (level >= LogLevel.Warn) this.lines.push(message)
  }
}
