import { constant, defineArguments, defineUser, expect } from 'proctor'

/** Bodies from 100 bytes to what the service takes (250,000 rows): imports that are looked through, and change nothing. */
const args = defineArguments({
  largest: { type: 'number', default: 10_000, help: 'rows of the largest body, some 60 bytes each' },
})

const HEAD = 'name,domain,gpa,email\n'
const BODIES = new Map([1, 10, 100, 1_000, args.largest].map((rows) => [rows, HEAD + rowsOf(rows)]))

function rowsOf(count: number): string {
  return Array.from(
    { length: count },
    (_, i) => `Ada Lovelace,Engineering,9.5,payload${i}@example.com\n`,
  ).join('')
}

export const Importer = defineUser({
  waitTime: constant(0.1),
  tasks: Object.fromEntries(
    [...BODIES].map(([rows, body]) => [
      `import${rows}`,
      {
        // A size ten times as large comes a third as often.
        weight: 1 / Math.sqrt(rows),
        run: ({ http }) =>
          http.post('/students/import?dryRun=true', {
            body,
            headers: { 'Content-Type': 'text/csv' },
            name: `/students/import (${rows} rows)`,
            check: (response) => expect(response.json<{ rows: number }>().rows, 'rows').toBe(rows),
          }),
      },
    ]),
  ),
})
