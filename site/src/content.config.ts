import { defineCollection } from 'astro:content'
import { glob } from 'astro/loaders'
import { z } from 'astro/zod'
import { apiLoader } from './lib/apiLoader.ts'
import { notebooksLoader } from './lib/notebooksLoader.ts'

/** Chapters of the report: prose only. Every number comes from the results. */
const chapters = defineCollection({
  // The id is the file's name as it stands: `iteration-2.1`.
  loader: glob({ pattern: '*.mdx', base: '../report', generateId: ({ entry }) => entry.replace(/\.mdx$/, '') }),
  schema: z.object({ title: z.string(), question: z.string() }),
})

const output = z.object({
  kind: z.enum(['chart', 'sound', 'html', 'text']),
  content: z.string(),
  label: z.string().optional(),
})
const cell = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('prose'), html: z.string() }),
  z.object({ kind: z.literal('code'), source: z.string(), outputs: z.array(output) }),
])

/** The notebooks as they were executed, with their outputs. */
const notebooks = defineCollection({
  loader: notebooksLoader(),
  schema: z.object({ title: z.string(), cells: z.array(cell) }),
})

/** The reference of the package. */
const api = defineCollection({ loader: apiLoader(), schema: z.object({ html: z.string() }) })

export const collections = { chapters, notebooks, api }
