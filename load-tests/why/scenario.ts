import { between, defineArguments, defineUser } from 'proctor'

const args = defineArguments({
  field: { type: 'string', default: 'email', help: 'what must not repeat' },
  from: { type: 'number', default: 1000, help: 'the least number it is made of' },
  to: { type: 'number', default: 9999, help: 'the greatest' },
  unseeded: { type: 'boolean', default: false, help: 'draw by Math.random, which Proctor knows nothing of' },
})

/** The seed's test, with another field, range or source of numbers. */
export const Writer = defineUser({
  waitTime: between(1, 2),
  tasks: {
    read: { weight: 2, run: ({ http }) => http.get('/students') },
    create: {
      weight: 1,
      run({ http, random }) {
        const { field, from, to } = args
        const id = args.unseeded
          ? from + Math.floor(Math.random() * (to - from + 1))
          : random.integer(from, to)
        return http.post('/students', {
          json: {
            name: field === 'email' ? `Test User ${id}` : random.pick(['Ada', 'Bo', 'Cy', 'Di']),
            domain: 'Engineering',
            gpa: random.float(6, 10, 2),
            email: `testuser${random.integer(0, 1e12)}@example.com`,
            [field]: field === 'email' ? `testuser${id}@example.com` : id,
          },
        })
      },
    },
  },
})
