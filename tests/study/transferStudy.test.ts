import { expect, it } from 'vitest'
import { transferStudy } from '../../src/study/transferStudy.ts'
import { quietEffects } from '../../src/support/quietEffects.ts'

it('says how to publish a transfer where none is', async () => {
  const folders = { root: '/nowhere', data: '/nowhere' }
  const asked = { corpus: ['tunes'], style: ['modes'], dialMelodies: 10, folders }
  await expect(transferStudy(asked, quietEffects())).rejects.toThrow(
    'no transfer is published with its parent in /nowhere/report/results: npx cantus reproduce --corpus tunes --style modes makes them',
  )
})
