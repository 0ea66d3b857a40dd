export interface Student {
  readonly id: number
  readonly name: string
  readonly email: string
  readonly domain: string
  readonly gpa: number
  readonly createdAt: string
}

/** About 135 bytes of JSON each; 300 of them are 40 KB. */
export function students(count: number): Student[] {
  return Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    name: `Test User ${1000 + index}`,
    email: `testuser${1000 + index}@example.com`,
    domain: 'Engineering',
    gpa: 8.25,
    createdAt: '2026-01-01T00:00:00Z',
  }))
}
