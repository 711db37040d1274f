import { defineCollection } from 'astro:content'
import { glob } from 'astro/loaders'
import { z } from 'astro/zod'

/** Chapters of the report: prose only. Every number comes from the results. */
const chapters = defineCollection({
  // The id is the file's name as it stands: `iteration-2.1`.
  loader: glob({ pattern: '*.mdx', base: '../report', generateId: ({ entry }) => entry.replace(/\.mdx$/, '') }),
  schema: z.object({ title: z.string(), question: z.string() }),
})

export const collections = { chapters }
