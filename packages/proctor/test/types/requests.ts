import { defineUser, expect, url } from 'proctor'

/** What the compiler has to accept, and what not: `npm run types` checks it, nothing runs it. */

const id = 17

interface NewStudent {
  name: string
  gpa: number
}

export const Visitor = defineUser({
  tasks: {
    named: ({ http }) => http.get(url`/students/${{ id }}`, { accept: [404] }),
    checked: ({ http }) => http.get('/', { check: ({ status }) => expect(status).toBe(200) }),
    payload: ({ http }) => http.post<NewStudent>('/students', { json: { name: 'Ada', gpa: 9.5 } }),
    // @ts-expect-error a payload that lacks a field
    lacking: ({ http }) => http.post<NewStudent>('/students', { json: { name: 'Ada' } }),
    // @ts-expect-error a payload with a field of another type
    wrongField: ({ http }) => http.put<NewStudent>('/students/1', { json: { name: 'Ada', gpa: 'A' } }),
    // @ts-expect-error a payload with a field too many
    tooMuch: ({ http }) => http.patch<Partial<NewStudent>>('/students/1', { json: { grade: 1 } }),
    // @ts-expect-error an option that there is not
    misspelt: ({ http }) => http.post('/students', { jsn: {} }),
    // @ts-expect-error a status is a number
    textStatus: ({ http }) => http.get('/', { accept: ['404'] }),
    // @ts-expect-error of what the answer hasn't
    wrongCheck: ({ http }) => http.get('/', { check: ({ statusCode }) => statusCode === 200 }),
    // @ts-expect-error nothing that a path can hold
    wrongValue: ({ http }) => http.get(url`/students/${undefined}`),
    // @ts-expect-error a number is never the text
    wrongExpectation: ({ http }) => http.get('/', { check: ({ status }) => expect(status).toBe('200') }),
  },
})
