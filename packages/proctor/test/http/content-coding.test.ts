import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { MAX_DECODED_BYTES } from '../../src/http/content-coding.ts'
import { Recorder } from '../../src/engine/recorder.ts'
import { requestFigures } from '../../src/run/figures.ts'
import { RequestStats } from '../../src/stats/request-stats.ts'
import { FakeClock } from '../engine/fake-clock.ts'
import { fate, Rig } from './rig.ts'

const text = 'Zoë 學生 '.repeat(500)

async function answering(body: Uint8Array, coding: string): Promise<Rig> {
  return await Rig.serving(({ line }, socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: ${coding}\r\nContent-Length: ${body.length}\r\n\r\n`)
    if (!line.startsWith('HEAD')) socket.write(body)
  })
}

suite('compressed answers', () => {
  const codings: [string, Uint8Array][] = [
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['Deflate', deflateRawSync(text)],
    ['br', brotliCompressSync(text)],
    ['zstd', zstdCompressSync(text)],
    ['gzip, br', brotliCompressSync(gzipSync(text))],
    ['identity', Buffer.from(text)],
  ]
  for (const [coding, body] of codings) {
    test(`${coding}: text and bytes are of the decoded body, and wire bytes beside`, async () => {
      await using rig = await answering(body, coding)
      const response = await rig.client.get('/')
      assert.equal(response.text(), text)
      assert.deepEqual([response.bodyBytes, response.wireBytes], [Buffer.byteLength(text), body.length])
      assert.equal(rig.witness.ended[0]!.outcome, response)
    })
  }

  test('a coding that nobody knows is left as it came', async () => {
    await using rig = await answering(Buffer.from('abc'), 'aws-chunked')
    assert.equal((await rig.client.get('/')).text(), 'abc')
  })

  test('none of a body, as of HEAD, is none', async () => {
    await using rig = await answering(gzipSync(''), 'gzip')
    assert.equal((await rig.client.get('/')).bodyBytes, 0)
    assert.equal(await fate(rig.client.head('/')), '200')
  })

  test('Accept-Encoding is sent where it is asked for, and not otherwise', async () => {
    const sent: (string | undefined)[] = []
    await using rig = await Rig.serving(({ headers }, socket) => {
      sent.push(headers.find(([name]) => name === 'Accept-Encoding')?.[1])
      socket.write('HTTP/1.1 204 No Content\r\n\r\n')
    })
    await rig.client.get('/')
    await rig.client.get('/', { compressed: true })
    await rig.client.get('/', { compressed: true, headers: { 'accept-encoding': 'br' } })
    assert.deepEqual(sent, [undefined, 'gzip, deflate, br, zstd', undefined])
  })

  test('the report has both averages', async () => {
    const recorder = new Recorder(new FakeClock())
    const body = gzipSync(text)
    await using server = await answering(body, 'gzip')
    await using rig = new Rig(server.url, undefined, { observer: recorder })
    for (let i = 0; i < 3; i++) await rig.client.get('/')
    const { averageBytes, averageWireBytes } = requestFigures(
      RequestStats.fromWire(recorder.take().requests[0]!.stats),
      1,
    )
    assert.deepEqual([averageBytes, averageWireBytes], [Buffer.byteLength(text), body.length])
  })

  test('what is no gzip: bad-encoding', async () => {
    await using rig = await answering(Buffer.from('not gzip'), 'gzip')
    assert.equal(await fate(rig.client.get('/')), 'bad-encoding')
  })

  test('half a gzip: bad-encoding', async () => {
    await using rig = await answering(gzipSync(text).subarray(0, 40), 'gzip')
    assert.equal(await fate(rig.client.get('/')), 'bad-encoding')
  })

  const zeros = Buffer.alloc(MAX_DECODED_BYTES + 1)
  const bombs: [string, Uint8Array, string][] = [
    ['gzip', gzipSync(zeros), 'body-too-large'],
    ['br', brotliCompressSync(zeros), 'body-too-large'],
    ['zstd', zstdCompressSync(zeros), 'body-too-large'],
    ['gzip, gzip', gzipSync(gzipSync(zeros)), 'body-too-large'],
    ['gzip, gzip, gzip', gzipSync(gzipSync(gzipSync('x'))), 'bad-encoding'],
  ]
  for (const [coding, bomb, code] of bombs) {
    test(`a bomb of ${coding} (${bomb.length} bytes): ${code}, and the user goes on`, async () => {
      await using rig = await answering(bomb, coding)
      const before = process.memoryUsage().rss
      for (let i = 0; i < 3; i++) assert.equal(await fate(rig.client.get('/')), code)
      const grown = process.memoryUsage().rss - before
      assert.ok(grown < 5 * MAX_DECODED_BYTES, `${grown} bytes more`)
      assert.equal(rig.connections, 1)
    })
  }
})
