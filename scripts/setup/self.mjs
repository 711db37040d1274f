// `import … from 'cantus'` in this checkout's notebooks: their compiler resolves packages as Node did before `exports`, so
// node_modules/cantus is a link to the checkout itself. npm ci removes it; every set-up mends it.
import { lstatSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isWindows, root } from './steps.mjs'

const link = join(root, 'node_modules', 'cantus')

const leadsHere = () =>
  lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === true &&
  resolve(link, '..', readlinkSync(link)) === root

export function linkSelf() {
  if (leadsHere()) return
  rmSync(link, { recursive: true, force: true })
  symlinkSync(isWindows ? root : '..', link, isWindows ? 'junction' : 'dir')
}
