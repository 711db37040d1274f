import { z } from 'zod'
import type { Stored } from '../support/stored.ts'
import { resultFile } from './resultFile.ts'

/** Lighthouse's scores, 0-100, and costs of a page; medians of rounds. */
const pageQualitySchema = z.object({
  performance: z.number(),
  accessibility: z.number(),
  bestPractices: z.number(),
  seo: z.number(),
  lcpMs: z.number(),
  cls: z.number(),
  /** Scripts as they travel, compressed. */
  jsBytesBeforeInteraction: z.number(),
  htmlBytes: z.number(),
})
export type PageQuality = Stored<typeof pageQualitySchema>

/** `report/results/site.json`: what was measured of the report's site. */
const siteQualitySchema = z.object({
  format: z.literal('cantus-site-1'),
  date: z.string(),
  buildSeconds: z.number(),
  pagesBuilt: z.number(),
  rounds: z.number(),
  loadPerCore: z.number(),
  versions: z.object({ lighthouse: z.string(), node: z.string() }),
  /** By path inside the site. */
  pages: z.record(z.string(), pageQualitySchema),
})
export type SiteQuality = Stored<typeof siteQualitySchema>

/** The site's measures as published. */
export const siteQualityFile = resultFile({
  name: 'site.json',
  schema: siteQualitySchema,
  command: 'npm run bench site',
})
