/** Entry point of a worker thread of the conversion pool; see convertAll.ts. */
export { convertScore as default } from './convertScore.js'
