import { constant, defineUser } from 'proctor'

export const Registrar = defineUser({
  waitTime: constant(0),
  tasks: {
    async create({ http, random }) {
      const number = random.integer(1000, 9999)
      const json = {
        name: `Test User ${number}`,
        domain: 'Engineering',
        gpa: 8.25,
        email: `testuser${number}@example.com`,
      }
      const response = await http.post('/created', { json })
      if (response.status !== 201) throw new Error(`POST /created answered ${response.status}, expected 201`)
    },
  },
})
