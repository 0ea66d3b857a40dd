import { between, defineUser } from 'proctor'

/** The seed's own test: two reads to one write, one to two seconds of thought between. */
export const StudentApiUser = defineUser({
  waitTime: between(1, 2),
  tasks: {
    getStudents: { weight: 2, run: ({ http }) => http.get('/students') },
    createStudent: {
      weight: 1,
      run({ http, random }) {
        const id = random.integer(1000, 9999)
        return http.post('/students', {
          json: {
            name: `Test User ${id}`,
            domain: 'Engineering',
            gpa: random.float(6, 10, 2),
            email: `testuser${id}@example.com`,
          },
        })
      },
    },
  },
})
