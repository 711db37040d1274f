// In each test file of `npm run coverage`: V8's counts are written when the file ends (and start again), because the runner may end
// its workers before they write any.
import { takeCoverage } from 'node:v8'
import { afterAll } from 'vitest'

afterAll(() => takeCoverage())
