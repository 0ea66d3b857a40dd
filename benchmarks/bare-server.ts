import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

/** The least that Node can do: the body of a file, again and again. `node bare-server.ts PORT FILE` */
const [port, file] = process.argv.slice(2)
const body = readFileSync(file!)

createServer((_, response) => {
  response.setHeader('content-type', 'application/json; charset=utf-8')
  response.setHeader('content-length', body.length)
  response.end(body)
}).listen(Number(port), '127.0.0.1')
