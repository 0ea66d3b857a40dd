import type { Operation } from '../openapi/operation.ts'

const personal = ['Cache-Control'] as const

/** The routes of what is kept on a student, as the OpenAPI document tells them. */
export const operations = {
  history: {
    summary: 'What became of a student, the oldest first',
    sends: { 200: [...personal, 'Link?'] },
    problems: ['overloaded'],
  },
  export: {
    summary: 'All that is kept on a student',
    sends: { 200: [...personal, 'Content-Disposition'] },
    problems: ['overloaded'],
  },
  erase: {
    summary: 'Erase all that is kept on a student but that it was erased',
    sends: { 200: personal },
    problems: ['invalid', 'overloaded'],
  },
} as const satisfies Record<string, Operation>
