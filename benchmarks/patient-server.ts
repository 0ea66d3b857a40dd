import { createServer } from 'node:http'

/** Answers at once, and never ends a connection by itself. `node patient-server.ts HOST PORT` */
const [host, port] = process.argv.slice(2)
const server = createServer((_, response) => response.end('ok'))
server.keepAliveTimeout = 0
server.listen({ host, port: Number(port), backlog: 8192 })
