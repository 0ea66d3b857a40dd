import { constantThroughput, defineArguments, defineTest, defineUser, unique } from 'proctor'

/**
 * POSTs alone, as the seed's focused test has them: what fails is kept whole, in `failures[]` of the report. E-mails are drawn as the seed
 * draws them, so that some repeat and are answered 409; `--emails unique` draws none twice.
 */
const args = defineArguments({
  emails: {
    type: 'string',
    default: 'drawn',
    choices: ['drawn', 'unique'],
    help: 'whether e-mails may repeat',
  },
})

/** A database that is kept knows the e-mails of the runs before. */
export const test = defineTest({ onStart: () => ({ run: Date.now().toString(36) }) })

const serial = unique()

export const Creator = defineUser({
  waitTime: constantThroughput(20),
  tasks: {
    async create({ http, random, take }) {
      const id =
        args.emails === 'unique' ? `${test.data.run}.${await take(serial)}` : random.integer(1000, 9999)
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
})
