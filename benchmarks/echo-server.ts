import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'

/** Sends every message back, and writes down at its end how many there were. `node echo-server.ts PORT FILE` */
const [port, file] = process.argv.slice(2)
const counted = { sockets: 0, messages: 0 }
const server = createServer((_, response) => response.end('ok'))
new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (socket) => {
  counted.sockets += 1
  socket.on('error', () => {})
  socket.on('message', (data, isBinary) => {
    counted.messages += 1
    socket.send(data, { binary: isBinary })
  })
})
server.listen({ host: '127.0.0.1', port: Number(port), backlog: 4096 })
process.on('SIGTERM', () => {
  writeFileSync(file!, JSON.stringify(counted))
  process.exit()
})
