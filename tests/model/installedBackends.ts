import { type BackendKind, openBackend } from '../../src/model/backend.ts'

/** The backends that this machine can open: where npm ran no scripts, the native one is missing. */
export const installedBackends: readonly BackendKind[] =
  (await openBackend()).kind === 'native' ? ['native', 'wasm', 'js'] : ['wasm', 'js']
if (!installedBackends.includes('native')) console.warn('SKIPPED: tests of the native backend, which is not installed')
