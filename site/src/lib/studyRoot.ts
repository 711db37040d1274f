import { join } from 'node:path'

/** The folder that holds `report/` and `generated_melodies/`. */
export const studyRoot = (): string => process.env.CANTUS_OUT ?? '..'

export const resultsFolder = (): string => join(studyRoot(), 'report/results')
