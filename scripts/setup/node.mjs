// The pinned Node, which everything but this set-up runs on: the npm package of the platform, whose archive must have the
// checksum written down here before anything in it is unpacked or run.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { hasIntegrity } from './integrity.mjs'
import { isWindows, npm, pinnedNode, readStamp, root, run, runOrFail, SetupError, writeStamp } from './steps.mjs'

const { version, integrity } = JSON.parse(readFileSync(join(root, 'scripts/setup/nodeBinaries.json'), 'utf8'))
const platform = `${isWindows ? 'win' : process.platform}-${process.arch}`
const binary = `package/bin/${isWindows ? 'node.exe' : 'node'}`

/** The version the pinned Node prints, or null where it does not run. */
export async function pinnedNodeVersion() {
  if (!existsSync(pinnedNode)) return null
  const { status, output } = await run(pinnedNode, ['--version'])
  return status === 0 ? output.trim() : null
}

export async function installNode(say) {
  if (existsSync(pinnedNode) && readStamp('node') !== null) return
  if (integrity[platform] === undefined) useOwnNode(say)
  else await fetchNode(say)
  const installed = await pinnedNodeVersion()
  if (installed === null) throw new Error(`the pinned Node at ${pinnedNode} does not run`)
  writeStamp('node', { version: installed, integrity: integrity[platform] ?? null })
}

async function fetchNode(say) {
  say(`Node ${version} for ${platform} (52 MB to fetch, 125 MB on disk): everything but this set-up runs on it`)
  const work = join(root, 'node_modules', '.cantus', `node-${process.pid}.tmp`)
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  try {
    await runOrFail(
      'fetching the pinned Node',
      'check the connection to your npm registry, then run the same command again',
      npm,
      ['pack', '--silent', '--ignore-scripts', '--pack-destination', work, `node-${platform}@${version}`],
      { shell: isWindows },
    )
    const archive = readdirSync(work).find((name) => name.endsWith('.tgz'))
    if (archive === undefined || !hasIntegrity(readFileSync(join(work, archive)), integrity[platform]))
      throw new SetupError(
        `Node ${version} for ${platform} as your npm registry sent it does not have the checksum in scripts/setup/nodeBinaries.json.\n` +
          '  What to do: run the same command again; if this repeats, do not trust that registry',
      )
    const remedy = 'check that 200 MB of disk are free and that tar is installed, then run the same command again'
    await runOrFail('unpacking the pinned Node', remedy, 'tar', ['-xzf', archive, binary], { cwd: work })
    chmodSync(join(work, binary), 0o755)
    mkdirSync(dirname(pinnedNode), { recursive: true })
    renameSync(join(work, binary), pinnedNode) // whoever runs the old one keeps it
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Where nobody packs the pinned Node for the platform: the one that runs this, if it is of the same major version. */
function useOwnNode(say) {
  const [major] = version.split('.')
  if (process.versions.node.split('.')[0] !== major)
    throw new SetupError(
      `Node ${version} is not on the npm registry for ${platform}, and this is Node ${process.version}.\n` +
        `  What to do: install Node ${major} and run the same command again with it`,
    )
  say(`Node ${version} is not on the npm registry for ${platform}: your own Node ${process.version} is used`)
  mkdirSync(dirname(pinnedNode), { recursive: true })
  rmSync(pinnedNode, { force: true })
  symlinkSync(process.execPath, pinnedNode)
}
