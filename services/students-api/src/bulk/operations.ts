import type { Operation } from '../openapi/operation.ts'

const mediaTypes = ['text/csv', 'application/x-ndjson'] as const

/** The routes of many students as the OpenAPI document tells them. */
export const operations = {
  export: {
    summary: 'Every student as CSV or NDJSON, streamed',
    sends: { 200: ['Cache-Control', 'Content-Disposition', 'Vary'] },
    problems: ['not-acceptable', 'overloaded'],
    answers: mediaTypes,
  },
  import: {
    summary: 'Add many students, each row by itself',
    problems: ['overloaded'],
    accepts: mediaTypes,
    streams: { type: 'string' },
  },
} as const satisfies Record<string, Operation>
