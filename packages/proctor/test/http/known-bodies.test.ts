import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { KnownBodies } from '../../src/http/known-bodies.ts'
import { ResponseParser } from '../../src/http/response-parser.ts'
import { Random } from '../../src/scenario/random.ts'
import { Feeder, inReads } from './feeding.ts'
import { ok, Rig } from './rig.ts'

const LENGTHS = [10, 2_047, 2_048, 40_000, 40_016, 262_144, 262_145]

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

suite('bodies that came before', () => {
  test('are read as they came, whatever else has their length, on connections that take turns', () => {
    const random = new Random(17, 'bodies')
    const known = new KnownBodies()
    const lanes = Array.from({ length: 3 }, () => new Lane(new Feeder(300 * 1024, new ResponseParser(known))))
    for (let i = 0; i < 3_000; i++) random.pick(lanes).step(random)
    assert.ok(lanes.every(({ whole }) => whole > 50))
  })

  for (const at of [0, 1, 20_000, 39_999]) {
    test(`differ in byte ${at} alone`, () => {
      const feeder = new Feeder()
      const body = 'a'.repeat(40_000)
      const other = `${body.slice(0, at)}b${body.slice(at + 1)}`
      for (const sent of [body, body, body, other, body, other, other, other, other, body]) {
        for (const size of [1_000, 65_536]) {
          feeder.parser.begin('GET')
          assert.ok(feeder.feedAll(inReads(Buffer.from(ok(sent)), size))?.body === sent)
        }
      }
    })
  }

  test('cost the memory of one, however many answers are kept', () => {
    const feeder = new Feeder()
    const answer = Buffer.from(ok('a'.repeat(40_000)))
    const before = held()
    const kept = Array.from({ length: 500 }, () => {
      feeder.parser.begin('GET')
      return feeder.feed(answer)!.body
    })
    const holds = held() - before
    assert.equal(kept.length, 500)
    assert.ok(holds < 2_000_000, `${holds} bytes for 500 times the same 40,000`)
  })

  test('are forgotten for others of their remainder: what is known stays bounded', () => {
    const feeder = new Feeder()
    const before = held()
    for (let length = 200_000; length < 200_400; length++) {
      for (let time = 0; time < 3; time++) {
        feeder.parser.begin('GET')
        feeder.feed(Buffer.from(ok('a'.repeat(length))))
      }
    }
    const holds = held() - before
    assert.ok(holds < 16 * 2 * 262_144, `${holds} bytes`)
  })

  test('of a HEAD are none', () => {
    const feeder = new Feeder()
    const body = 'a'.repeat(5_000)
    for (const method of ['GET', 'GET', 'HEAD', 'GET']) {
      feeder.parser.begin(method)
      const bytes = Buffer.from(ok(body))
      const read = feeder.feed(method === 'HEAD' ? bytes.subarray(0, -body.length) : bytes)
      assert.equal(read?.body, method === 'HEAD' ? '' : body)
    }
  })

  test('can be read at any time: answers of two connections, kept until many more have come', async () => {
    await using rig = await Rig.serving(({ line }, socket) => socket.write(ok(bodyOf(line.split(' ')[1]!))))
    const paths = Array.from({ length: 40 }, (_, i) => `/${i % 3}`)
    const responses = await Promise.all(paths.map((path) => rig.client.get(path)))
    for (let i = 0; i < 10; i++) await rig.client.get('/x')
    assert.deepEqual(
      responses.map((response) => response.text()),
      paths.map((path) => bodyOf(path)),
    )
  })
})

function bodyOf(path: string): string {
  return path.repeat(5_000)
}

/** One connection: answers of few lengths and fewer bodies, in reads of any size. */
class Lane {
  readonly #feeder: Feeder
  #pieces: Buffer[] = []
  #body = ''
  whole = 0

  constructor(feeder: Feeder) {
    this.#feeder = feeder
  }

  step(random: Random): void {
    if (this.#pieces.length === 0) this.#begin(random)
    const read = this.#feeder.feed(this.#pieces.shift()!)
    if (this.#pieces.length > 0) return assert.equal(read, undefined)
    assert.ok(read?.body === this.#body)
    assert.equal(read.bodyBytes, this.#body.length)
    this.whole += 1
  }

  #begin(random: Random): void {
    const length = random.pick(LENGTHS)
    const changed = random.integer(0, length - 1)
    this.#body = 'a'.repeat(length)
    if (random.chance(0.3)) this.#body = `${this.#body.slice(0, changed)}b${this.#body.slice(changed + 1)}`
    this.#pieces = inReads(Buffer.from(ok(this.#body)), random.pick([length + 100, 65_536, 30_000]))
    this.#feeder.parser.begin('GET')
  }
}

function held(): number {
  collect()
  // Buffers are freed by a thread of its own, which the next collection waits for.
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
