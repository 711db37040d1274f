declare module 'plotly.js-basic-dist-min' {
  interface Plotly {
    react(
      element: HTMLElement,
      data: readonly unknown[],
      layout: Record<string, unknown>,
      config: Record<string, unknown>,
    ): Promise<unknown>
  }
  const plotly: Plotly
  export default plotly
}
