import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { suite, test } from 'node:test'
import { fate, ok, Rig, until } from './rig.ts'

suite('connections of one user', () => {
  test('one after another: one connection', async () => {
    await using rig = await Rig.serving((_request, socket) => socket.write(ok()))
    for (let i = 0; i < 20; i++) assert.equal((await rig.client.get('/')).text(), 'ok')
    assert.equal(rig.connections, 1)
  })

  test('at the same time: one each, which serve again afterwards', async () => {
    await using rig = await Rig.serving(({ line }, socket) => socket.write(ok(line)))
    for (let round = 0; round < 3; round++) {
      const paths = Array.from({ length: 8 }, (_, i) => `/${round}/${i}`)
      const answers = await Promise.all(paths.map((path) => rig.client.get(path)))
      assert.deepEqual(
        answers.map((answer) => answer.text()),
        paths.map((path) => `GET ${path} HTTP/1.1`),
      )
      assert.equal(rig.connections, 8)
    }
    assert.equal(rig.witness.ended.length, 24)
  })

  test('no answer finds its way into another: HEAD, chunked, empty and early-closed ones mixed', async () => {
    const answers: Record<string, string> = {
      '/chunked': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
      '/empty': 'HTTP/1.1 204 No Content\r\n\r\n',
      '/head': 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n',
      '/plain': ok('plain'),
    }
    await using rig = await Rig.serving(({ line }, socket) => socket.write(answers[line.split(' ')[1]!]!))
    for (let round = 0; round < 5; round++) {
      assert.equal((await rig.client.get('/chunked')).text(), 'abc')
      assert.equal((await rig.client.head('/head')).bodyBytes, 0)
      assert.equal((await rig.client.get('/empty')).status, 204)
      assert.equal((await rig.client.get('/plain')).text(), 'plain')
    }
    assert.equal(rig.connections, 1)
  })

  test('a connection that the server says it will close is not used again', async () => {
    await using rig = await Rig.serving((_request, socket) => {
      socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok')
    })
    for (let i = 0; i < 3; i++) assert.equal(await fate(rig.client.get('/')), '200')
    assert.equal(rig.connections, 3)
  })

  for (const goodbye of ['end', 'resetAndDestroy'] as const) {
    test(`a server that closes idle connections (${goodbye}) fails no request`, async () => {
      const sockets: Socket[] = []
      await using rig = await Rig.serving((_request, socket) => {
        sockets.push(socket)
        socket.write(ok())
      })
      for (let i = 1; i <= 3; i++) {
        await Promise.all([rig.client.get('/'), rig.client.get('/')])
        await Promise.all(sockets.splice(0).map((socket) => untilClosed(socket, () => socket[goodbye]())))
        await passed(20)
        assert.equal(rig.connections, 2 * i)
      }
      assert.ok(rig.witness.ended.every(({ outcome }) => 'status' in outcome))
    })
  }

  test('bytes that nobody asked for close the connection and fail nothing', async () => {
    await using rig = await Rig.serving((_request, socket) => {
      socket.write(ok())
      setTimeout(() => socket.write('HTTP/1.1 408 Request Timeout\r\n\r\n'), 5)
    })
    assert.equal(await fate(rig.client.get('/')), '200')
    await passed(30)
    assert.equal(await fate(rig.client.get('/')), '200')
    assert.equal(rig.connections, 2)
  })

  test('close ends the idle connections', async () => {
    let open = 0
    await using rig = await Rig.serving((_request, socket, nth) => {
      if (nth === 1) open += 1
      socket.on('close', () => (open -= 1))
      socket.write(ok())
    })
    await Promise.all([rig.client.get('/'), rig.client.get('/')])
    assert.equal(open, 2)
    rig.client.close()
    await until(() => open === 0)
  })

  test('a connection that is gone is forgotten', async (t) => {
    await using rig = await Rig.serving((_request, socket) => socket.end(ok()))
    const opened = t.mock.method(rig.transport, 'opened')
    const closed = t.mock.method(rig.transport, 'closed')
    for (let i = 1; i <= 3; i++) {
      await rig.client.get('/')
      await until(() => closed.mock.callCount() === i)
      assert.equal(closed.mock.calls.at(-1)?.arguments[0], opened.mock.calls.at(-1)?.arguments[0])
    }
  })

  test('an answer until the close: its body is whole, the next request opens another connection', async () => {
    await using rig = await Rig.serving((_request, socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nall of it'))
    for (let i = 0; i < 3; i++) assert.equal((await rig.client.get('/')).text(), 'all of it')
    assert.equal(rig.connections, 3)
  })
})

suite('addresses', () => {
  test('localhost', async () => {
    await using rig = await Rig.serving((_request, socket) => socket.write(ok()), { host: 'localhost' })
    assert.equal(await fate(rig.client.get('/')), '200')
    assert.equal(await fate(rig.client.get('/')), '200')
    assert.equal(rig.connections, 1)
  })

  test('localhost of a server that listens on 127.0.0.1 alone', async () => {
    await using server = await Rig.serving((_request, socket) => socket.write(ok()))
    await using rig = new Rig(server.url.replace('127.0.0.1', 'localhost'), undefined)
    assert.equal(await fate(rig.client.get('/')), '200')
  })

  for (const host of loopbacks()) {
    test(host, async () => {
      await using rig = await Rig.serving((_request, socket) => socket.write(ok()), { host })
      assert.equal(await fate(rig.client.get('/')), '200')
    })
  }
})

/** This machine's own: with ::1 where it speaks IPv6. */
function loopbacks(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses = []) =>
    addresses.filter(({ internal }) => internal).map(({ address }) => address),
  )
}

async function untilClosed(socket: Socket, close: () => void): Promise<void> {
  await new Promise((resolve) => {
    socket.on('close', resolve)
    close()
  })
}

function passed(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}

test('all that came in one turn of the event loop is counted before any task goes on', async () => {
  const waiting: Socket[] = []
  await using rig = await Rig.serving((_request, socket) => {
    waiting.push(socket)
    if (waiting.length === 3) for (const each of waiting.splice(0)) each.write(ok())
  })
  const seen: number[] = []
  for (let round = 0; round < 2; round++) {
    const ask = async (): Promise<void> => {
      await rig.client.get('/')
      seen.push(rig.witness.ended.length)
    }
    await Promise.all([ask(), ask(), ask()])
  }
  // Connections that open do so one by one; over open ones the answers are there at once.
  assert.deepEqual(seen.slice(3), [6, 6, 6])
})
