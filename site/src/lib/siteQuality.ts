/** `report/results/site.json`: what was measured of this site itself (`npm run bench site`). */
export interface SiteQuality {
  readonly date: string
  readonly buildSeconds: number
  readonly pagesBuilt: number
  readonly rounds: number
  readonly loadPerCore: number
  readonly versions: { readonly lighthouse: string; readonly node: string }
  /** By path inside the site. */
  readonly pages: Readonly<Record<string, PageQuality>>
}

/** Lighthouse's scores, 0-100, and costs; medians of rounds. */
export interface PageQuality {
  readonly performance: number
  readonly accessibility: number
  readonly bestPractices: number
  readonly seo: number
  readonly lcpMs: number
  readonly cls: number
  /** Scripts as they travel, compressed. */
  readonly jsBytesBeforeInteraction: number
  readonly htmlBytes: number
}
