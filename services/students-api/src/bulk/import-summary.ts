import { Type, type Static } from 'typebox'

const Count = Type.Integer({ minimum: 0 })

/** What an import has come to. `refused` counts rows; a row may have several problems, of which the first 100 are listed. */
export const ImportSummary = Type.Object(
  {
    dryRun: Type.Boolean(),
    rows: Count,
    added: Count,
    changed: Count,
    unchanged: Count,
    refused: Count,
    problems: Type.Array(Type.Object({ line: Count, pointer: Type.String(), detail: Type.String() })),
  },
  { title: 'ImportSummary' },
)
export type ImportSummary = Static<typeof ImportSummary>

export function emptySummary(dryRun: boolean): ImportSummary {
  return { dryRun, rows: 0, added: 0, changed: 0, unchanged: 0, refused: 0, problems: [] }
}

export function inWords({ rows, added, changed, unchanged, refused }: ImportSummary): string {
  return `${rows} rows were done: ${added} added, ${changed} changed, ${unchanged} unchanged, ${refused} refused.`
}
