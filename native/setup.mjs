// The native TensorFlow backend: built from the libraries in the TensorFlow wheel, whose checksum is written down here (Linux
// x86_64), else none: the engine then runs on WASM and says so. The package's own binary comes without a checksum, so it
// is taken only where a person asks for it (CANTUS_NATIVE=official).
import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { arch, platform } from 'node:os'
import { dirname, join } from 'node:path'
import {
  cacheFolder,
  firstCommand,
  pinnedNode,
  readStamp,
  root,
  run,
  runOrFail,
  SetupError,
  venvPython,
  writeStamp,
} from '../scripts/setup/steps.mjs'

const packageFolder = join(root, 'node_modules', '@tensorflow', 'tfjs-node')
const binding = join(packageFolder, 'lib', 'napi-v8', 'tfjs_binding.node')
/** The last number counts what this set-up changes in the build. */
const buildName = `tfjs-node-4.22.0-tensorflow-2.15.1-${platform()}-${arch()}-5`

/** 6 = 1*4 + 2*1: the backend loads and multiplies. */
const probe = `
  const util = require('util'); util.isNullOrUndefined ??= (x) => x == null; util.isArray ??= Array.isArray
  const tf = require('@tensorflow/tfjs-node')
  const [x] = tf.matMul([[1, 2]], [[4], [1]]).dataSync()
  if (x !== 6) throw new Error('1*4 + 2*1 gave ' + x)
`

/** Null when the native backend works, else the reason it does not. */
export async function nativeProblem() {
  if (!existsSync(binding)) return 'its binary is not installed'
  const { status, output } = await run(pinnedNode, ['-e', probe], {
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
  })
  if (status === 0) return null
  return (
    output
      .trim()
      .split('\n')
      .find((line) => /error/i.test(line))
      ?.trim() ?? `exit ${status}`
  )
}

async function installOfficial(say) {
  say(
    'native backend: the official tfjs-node binary, which has no checksum here (about 120 MB to fetch, 420 MB on disk)',
  )
  const path = [join(root, 'node_modules', '.bin'), dirname(pinnedNode), process.env.PATH].join(
    platform() === 'win32' ? ';' : ':',
  )
  const { status } = await run(pinnedNode, ['scripts/install.js'], {
    cwd: packageFolder,
    env: { ...process.env, PATH: path },
  })
  return status === 0 && (await nativeProblem()) === null
}

/** Headers the binding needs are among these folders of the wheel; libraries are two files. */
const unpack = `
import sys, zipfile
wheel, target = sys.argv[1:]
with zipfile.ZipFile(wheel) as z:
    for name in z.namelist():
        library = name in ('tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2')
        header = name.startswith(('tensorflow/include/tensorflow/c/', 'tensorflow/include/tensorflow/core/', 'tensorflow/include/tsl/', 'tensorflow/include/tensorflow/tsl/')) and name.endswith('.h')
        if library or header or name.startswith('tensorflow/include/Eigen/'): z.extract(name, target)
`

async function fetchWheel(folder) {
  await runOrFail(
    'pip download tensorflow-cpu 2.15.1',
    'check the connection to your Python package index and 1 GB of free disk, then run the same command again',
    venvPython,
    [
      '-m',
      'pip',
      'download',
      '--quiet',
      '--disable-pip-version-check',
      '--no-deps',
      '--require-hashes',
      '--dest',
      folder,
    ]
      .concat([
        '--python-version',
        '3.11',
        '--abi',
        'cp311',
        '--platform',
        'manylinux_2_17_x86_64',
        '--only-binary=:all:',
      ])
      .concat(['-r', join(root, 'native', 'requirements.txt')]),
  )
  return join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.whl')),
  )
}

async function compileBinding(folder) {
  const compiler = process.env.CXX ?? firstCommand(['c++', 'g++', 'clang++'])
  if (compiler === null)
    throw new SetupError(
      'no C++ compiler was found.\n  What to do: apt install g++ (or set CXX), then run the same command again',
    )
  const remedy = 'install a compiler for C++17 (g++ 9 or newer)'
  const headers = join(folder, 'tensorflow', 'include')
  const fused = join(folder, 'lstmOp.o')
  // Hidden: the library holds its own Eigen, compiled otherwise, and neither may see the other's.
  await runOrFail(
    'compiling the fused LSTM operations',
    remedy,
    compiler,
    ['-c', '-fPIC', '-O3', '-mavx2', '-mfma', '-ffp-contract=fast', '-std=c++17', '-w']
      .concat(['-fvisibility=hidden', '-fvisibility-inlines-hidden', `-I${headers}`])
      .concat([join(root, 'native', 'lstmOp.cc'), '-o', fused]),
  )
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(packageFolder, 'binding', name))
  await runOrFail(
    'compiling the tfjs-node binding',
    remedy,
    compiler,
    ['-shared', '-fPIC', '-O2', '-std=c++17', '-DNAPI_VERSION=8']
      .concat(['-include', join(root, 'native', 'signalGuard.h')])
      .concat([`-I${join(root, 'node_modules', 'node-api-headers', 'include')}`, `-I${packageFolder}`, `-I${headers}`])
      .concat([...sources, fused, `-L${join(folder, 'lib')}`, '-ltensorflow', '-ltensorflow_framework'])
      .concat(['-Wl,-rpath,$ORIGIN/../../deps/lib', '-o', join(folder, 'tfjs_binding.node')]),
  )
  rmSync(fused)
}

/** Builds into a temporary folder of the cache and renames it: an interrupted build leaves nothing half. */
async function buildFromWheel(say, built) {
  say(
    'native backend: libraries of the tensorflow-cpu 2.15.1 wheel (207 MB to fetch, 590 MB on disk) and a compile of about 30 s',
  )
  const work = `${built}.${process.pid}.tmp`
  rmSync(work, { recursive: true, force: true })
  mkdirSync(join(work, 'lib'), { recursive: true })
  try {
    const wheel = await fetchWheel(work)
    await runOrFail('unpacking the wheel', 'check that 1 GB of disk is free', venvPython, ['-c', unpack, wheel, work])
    for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'])
      renameSync(join(work, 'tensorflow', name), join(work, 'lib', name))
    for (const [link, target] of libraryLinks) symlinkSync(target, join(work, 'lib', link))
    await compileBinding(work)
    rmSync(wheel)
    rmSync(join(work, 'tensorflow'), { recursive: true })
    rmSync(built, { recursive: true, force: true })
    renameSync(work, built)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

const libraryLinks = [
  ['libtensorflow.so.2', 'libtensorflow_cc.so.2'],
  ['libtensorflow.so', 'libtensorflow_cc.so.2'],
  ['libtensorflow_framework.so', 'libtensorflow_framework.so.2'],
]

function linkIntoPackage(built) {
  rmSync(library, { recursive: true, force: true })
  mkdirSync(dirname(library), { recursive: true })
  symlinkSync(join(built, 'lib'), library)
  mkdirSync(dirname(binding), { recursive: true })
  cpSync(join(built, 'tfjs_binding.node'), binding)
}

async function installFromWheel(say) {
  if (platform() !== 'linux' || arch() !== 'x64') return false
  const built = join(cacheFolder, 'native', buildName)
  if (!existsSync(join(built, 'tfjs_binding.node'))) await buildFromWheel(say, built)
  linkIntoPackage(built)
  const problem = await nativeProblem()
  if (problem !== null) say(`the backend built from the wheel does not load: ${problem}`)
  return problem === null
}

const library = join(packageFolder, 'deps', 'lib')

/** Whether the package is linked to a build of ours, this one or an older one. */
const isLinked = () => lstatSync(library, { throwIfNoEntry: false })?.isSymbolicLink() ?? false

function alreadyInstalled() {
  const stamp = readStamp('native')
  if (stamp === null) return false
  if (stamp.route === 'none') return true
  if (!existsSync(binding)) return false
  return isLinked() ? stamp.build === buildName && existsSync(join(library, 'libtensorflow.so.2')) : true
}

/** Installs what can be had. `retry` tries again after an earlier set-up found no way. */
export async function installNative(say, { retry = false } = {}) {
  if (alreadyInstalled() && !(retry && readStamp('native').route === 'none')) return
  const route = await findRoute(say)
  if (route === 'none') {
    say(
      'no native backend for this machine: training runs on WASM, about 25 times slower; everything else is the same. ' +
        'To try again: npm run setup -- --retry-native. CANTUS_NATIVE=official takes the binary of tfjs-node, unchecked',
    )
  }
  writeStamp('native', { route, build: buildName })
}

async function findRoute(say) {
  if (process.env.CANTUS_NATIVE === 'none') return 'none'
  if (!isLinked() && (await nativeProblem()) === null) return 'present'
  if (process.env.CANTUS_NATIVE === 'official' && (await installOfficial(say))) return 'official'
  try {
    return (await installFromWheel(say)) ? 'wheel' : 'none'
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    say(`native backend: ${error.message}`)
    return 'none'
  }
}
