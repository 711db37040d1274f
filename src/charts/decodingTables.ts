import type { DecodingReport, DecodingRow, DecodingSetting } from '../results/decoding.ts'
import { propertyOf, itemWhere } from '../support/itemAt.ts'
import { significant, type TableRow } from '../support/text/table.ts'

const isSame = (a: DecodingSetting, b: DecodingSetting): boolean =>
  a.temperature === b.temperature &&
  a.rhythmTemperature === b.rhythmTemperature &&
  a.topP === b.topP &&
  a.appendix === b.appendix

/** The row of the setting that was chosen. */
export function chosenRow({ grid, further, chosen }: DecodingReport): DecodingRow {
  return itemWhere([...grid, ...further], ({ setting }) => isSame(setting, chosen))
}

/** The grid, further settings and the model beside, one row each with the distance to people. */
export function decodingTable(report: DecodingReport): TableRow[] {
  const { grid, further, beside, chosen } = report
  return [...grid, ...further, ...(beside === null ? [] : [beside])].map((row): TableRow => {
    const { model, setting, distance, near, measures } = row
    return {
      model,
      temperature: setting.temperature,
      'of lengths': setting.rhythmTemperature ?? setting.temperature,
      'top-p': setting.topP,
      'note-off appended': setting.appendix ? 'yes' : 'no',
      'mean |delta|': significant(distance),
      'near people': `${near} of ${measures}`,
      '': row !== beside && isSame(setting, chosen) ? 'chosen' : '',
    }
  })
}

/** Every measure of people's continuations, of the chosen setting's and of the model beside. */
export function decodingMeasures(
  report: DecodingReport,
  measures: readonly { readonly id: string; readonly title: string; readonly unit: string }[],
): TableRow[] {
  const chosen = chosenRow(report)
  const { beside, people } = report
  return measures.map(({ id, title, unit }): TableRow => {
    const columns = [chosen, ...(beside === null ? [] : [beside])].flatMap(
      ({ model, means, deltas }): [string, string][] => [
        [model, significant(propertyOf(means, id))],
        [`delta of ${model}`, significant(propertyOf(deltas, id))],
      ],
    )
    return {
      measure: `${title} (${unit})`,
      people: significant(propertyOf(people, id)),
      ...Object.fromEntries(columns),
    }
  })
}
