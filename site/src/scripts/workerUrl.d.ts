/** Address of a script that another thread runs, bundled by itself. */
declare module '*?worker&url' {
  const url: string
  export default url
}
