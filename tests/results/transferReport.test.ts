import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { type AblationReport, ablationFile } from '../../src/results/ablationReport.ts'
import { transferFile, type TransferReport } from '../../src/results/transferReport.ts'
import { standInAblations } from '../charts/standInAblations.ts'
import { standInTransfer } from '../charts/standInTransfer.ts'

it('what transfers and ablations gave is read as it was written', async () => {
  const root = await mkdtemp(join(tmpdir(), 'cantus-reports-'))
  onTestFinished(() => rm(root, { recursive: true }))
  expect([transferFile.read(root), ablationFile.read(root)]).toEqual([null, null])
  const transfers: TransferReport = { format: 'cantus-transfer-1', datasetHash: 'abc', transfers: [standInTransfer()] }
  await transferFile.write(root, transfers)
  await ablationFile.write(root, standInAblations)
  expect(transferFile.read(root)!.transfers[0]!.dial).toEqual(transfers.transfers[0]!.dial)
  const read: AblationReport = ablationFile.read(root)!
  expect(read.rows.map(({ id, runs }) => [id, runs.length])).toEqual(
    standInAblations.rows.map(({ id, runs }) => [id, runs.length]),
  )
  expect(read.rows[0]!.spread).toEqual(standInAblations.rows[0]!.spread)
})
