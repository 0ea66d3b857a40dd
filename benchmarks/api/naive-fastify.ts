import Fastify from 'fastify'
import { DatabaseSync } from 'node:sqlite'

/** Fastify and SQLite as one writes them at first: every request a statement. `node naive-fastify.ts PORT DATABASE` */
const [port, path] = process.argv.slice(2)

interface NewStudent {
  name: string
  domain: string
  gpa: number
  email: string
}

const db = new DatabaseSync(path!)
db.exec(`CREATE TABLE IF NOT EXISTS students
  (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, domain TEXT, gpa REAL, email TEXT UNIQUE)`)
const selectAll = db.prepare('SELECT * FROM students')
const insert = db.prepare('INSERT INTO students (name, domain, gpa, email) VALUES (?, ?, ?, ?)')
const remove = db.prepare('DELETE FROM students WHERE id = ?')

const app = Fastify()
app.get('/students', async () => selectAll.all())
app.post<{ Body: NewStudent }>('/students', async ({ body }, reply) => {
  const { name, domain, gpa, email } = body
  const { lastInsertRowid } = insert.run(name, domain, gpa, email)
  return reply.code(201).send({ id: Number(lastInsertRowid), name, domain, gpa, email })
})
app.delete<{ Params: { id: string } }>('/students/:id', async ({ params }, reply) => {
  remove.run(Number(params.id))
  return reply.code(204).send()
})
await app.listen({ port: Number(port), host: '127.0.0.1' })
