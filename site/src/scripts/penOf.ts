/** What draws on a canvas. @throws Error in a browser that draws none. */
export function penOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const pen = canvas.getContext('2d')
  if (pen === null) throw new Error('the browser draws no canvas')
  return pen
}
