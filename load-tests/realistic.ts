import { defineTest, defineUser, expect, logNormal, unique, url } from 'proctor'

/** The whole resource as people use it: they look, add, correct and remove, and think as people think. */
interface Student {
  readonly id: number
  readonly version: number
}

export const test = defineTest({ onStart: () => ({ run: Date.now().toString(36) }) })

const serial = unique()

export const Clerk = defineUser({
  waitTime: logNormal(1, 0.5),
  state: () => ({ etag: '', student: undefined as Student | undefined }),
  tasks: {
    /** Asked again, it costs 304 and no body while nothing has changed. */
    list: {
      weight: 6,
      async run({ http, state }) {
        const headers = state.etag === '' ? {} : { 'If-None-Match': state.etag }
        const response = await http.get('/students?limit=50', { headers, name: '/students?limit=50' })
        state.etag = response.headers.get('etag') ?? state.etag
      },
    },
    /** From the first sight of a student to the last. */
    student: {
      weight: 2,
      sequence: {
        async add({ http, take, random, state }) {
          const email = `${test.data.run}.${await take(serial)}@example.com`
          const json = { name: 'Ada Lovelace', domain: 'Engineering', gpa: random.float(6, 10, 2), email }
          const response = await http.post('/students', {
            json,
            check: ({ status }) => expect(status).toBe(201),
          })
          state.student = response.ok ? response.json<Student>() : undefined
        },
        async read({ http, state: { student } }) {
          if (student) await http.get(url`/students/${{ id: student.id }}`)
        },
        async correct({ http, random, state: { student } }) {
          if (student === undefined) return
          const headers = { 'If-Match': `"${student.version}"` }
          await http.patch(url`/students/${{ id: student.id }}`, {
            json: { gpa: random.float(6, 10, 2) },
            headers,
          })
        },
        async remove({ http, state: { student } }) {
          if (student) await http.delete(url`/students/${{ id: student.id }}`)
        },
      },
    },
    /** Somebody else's, or nobody's. */
    search: ({ http, random }) =>
      http.get(url`/students?domain=${{ domain: random.pick(['Engineering', 'Arts', 'Law']) }}&limit=20`),
  },
})
