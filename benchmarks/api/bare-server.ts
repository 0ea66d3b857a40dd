import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'

/** The least that Node can do: the same answers again and again. `node bare-server.ts PORT LIST_FILE` */
const [port, file] = process.argv.slice(2)
const list = readFileSync(file!)
const [first] = JSON.parse(list.toString())
const added = Buffer.from(JSON.stringify(first))

function answerTo({ method }: IncomingMessage): [status: number, body: Buffer | undefined] {
  if (method === 'POST') return [201, added]
  return method === 'DELETE' ? [204, undefined] : [200, list]
}

createServer((request, response) => {
  const [status, body] = answerTo(request)
  response.statusCode = status
  if (body) {
    response.setHeader('content-type', 'application/json; charset=utf-8')
    response.setHeader('content-length', body.length)
  }
  // What is sent is read, though nothing is done with it.
  if (status === 201) request.resume().on('end', () => response.end(body))
  else response.end(body)
}).listen(Number(port), '127.0.0.1')
