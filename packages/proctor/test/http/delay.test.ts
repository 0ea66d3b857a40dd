import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ok, Rig } from './rig.ts'

/** Past what the server's own clock says, the client may add the way there and back and its own event loop. */
const LIMIT_MS = 3

suite('a delay of the server is measured as the server measures it', () => {
  for (const [delayMs, times] of [
    [10, 31],
    [50, 15],
    [200, 7],
  ] as const) {
    test(`${delayMs} ms`, async (t) => {
      const served: number[] = []
      await using rig = await Rig.serving(({ at }, socket) => {
        setTimeout(() => {
          served.push(performance.now() - at)
          socket.write(ok())
        }, delayMs)
      })
      const errors: number[] = []
      for (let i = 0; i < times; i++) {
        const { durationMs } = await rig.client.get('/')
        errors.push(durationMs - served[i]!)
      }
      const [least, median, most] = [0, times >> 1, times - 1].map(
        (i) => errors.toSorted((a, b) => a - b)[i]!,
      )
      t.diagnostic(
        `client minus server: median ${median!.toFixed(3)}, ${least!.toFixed(3)} to ${most!.toFixed(3)} ms`,
      )
      assert.ok(least! >= 0, `${least} ms: shorter than the server took`)
      assert.ok(median! <= LIMIT_MS, `${median} ms at the median`)
    })
  }
})
