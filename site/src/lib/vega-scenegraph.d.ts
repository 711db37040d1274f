/** What is used of vega's drawing library, which has no types of its own. */
declare module 'vega-scenegraph' {
  export const textMetrics: {
    /** Width of a text in pixels; taken from a canvas where there is one. */
    width: (item: { readonly fontSize?: number }, text: unknown) => number
  }
}
