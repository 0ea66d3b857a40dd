import type { Operation } from '../openapi/operation.ts'

const unchanged = ['ETag', 'Cache-Control'] as const
const changed = {
  heeds: ['If-Match', 'Prefer'],
  sends: { 200: ['ETag'], 204: ['ETag', 'Preference-Applied'] },
  problems: ['email-taken', 'erased', 'precondition-failed', 'precondition-required', 'overloaded'],
} as const

/** The routes of students as the OpenAPI document tells them. */
export const operations = {
  list: {
    summary: 'Every student, or a page of them',
    heeds: ['If-None-Match'],
    sends: { 200: ['ETag', 'Cache-Control', 'Link?'], 304: unchanged },
    problems: ['overloaded'],
  },
  read: {
    summary: 'One student',
    heeds: ['If-None-Match'],
    sends: { 200: unchanged, 304: unchanged },
    problems: ['erased', 'overloaded'],
  },
  add: {
    summary: 'Add a student',
    heeds: ['Idempotency-Key', 'Prefer'],
    sends: {
      201: ['Location', 'ETag', 'Idempotent-Replayed?', 'Preference-Applied?'],
      409: ['Idempotent-Replayed?'],
    },
    problems: ['email-taken', 'gone', 'key-reused', 'overloaded'],
  },
  replace: { summary: 'Replace a student', ...changed },
  merge: {
    summary: 'Change some of a student (RFC 7396)',
    ...changed,
    accepts: ['application/merge-patch+json', 'application/json'],
  },
  remove: {
    summary: 'Remove a student',
    heeds: ['If-Match'],
    problems: ['erased', 'precondition-failed', 'overloaded'],
  },
} as const satisfies Record<string, Operation>
