import { constant, defineArguments, defineTest, defineUser, expect, url } from 'proctor'

/** What the database is asked for: from one row by its key to the list of all. `--students 100000` is how many there are at least. */
const args = defineArguments({
  students: { type: 'number', default: 1_000, help: 'how many students there are to be' },
})

const ROWS_AT_A_TIME = 10_000

export const test = defineTest({
  /** Adds those that are missing, whatever a run before has left; answers some that can be read. */
  async onStart({ http }) {
    for (let from = 0; from < args.students; from += ROWS_AT_A_TIME) {
      const body = rowsOf(from, Math.min(ROWS_AT_A_TIME, args.students - from))
      await http.post('/students/import?mode=upsert', { body, headers: { 'Content-Type': 'text/csv' } })
    }
    const page = await http.get('/students?limit=500')
    return { ids: page.json<{ id: number }[]>().map(({ id }) => id) }
  },
})

function rowsOf(from: number, count: number): string {
  const rows = Array.from(
    { length: count },
    (_, i) => `Ada Lovelace,Arts,9.5,database${from + i}@example.com\n`,
  )
  return `name,domain,gpa,email\n${rows.join('')}`
}

export const Reader = defineUser({
  waitTime: constant(0.05),
  tasks: {
    one: {
      weight: 100,
      run: ({ http, random }) => http.get(url`/students/${{ id: random.pick(test.data.ids) }}`),
    },
    page: { weight: 20, run: ({ http }) => http.get('/students?limit=50') },
    best: { weight: 10, run: ({ http }) => http.get('/students?sort=-gpa&limit=50') },
    search: { weight: 5, run: ({ http }) => http.get('/students?q=lovelace&limit=50') },
    all: {
      weight: 1,
      run: ({ http }) =>
        http.get('/students', { check: ({ bodyBytes }) => expect(bodyBytes).toBeGreaterThan(2) }),
    },
  },
})
