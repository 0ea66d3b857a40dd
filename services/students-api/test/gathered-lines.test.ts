import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GatheredLines } from '../src/gathered-lines.ts'

function gathering() {
  const written: string[] = []
  return { written, lines: new GatheredLines({ write: (text) => void written.push(text) }) }
}

test('lines leave together, 20 ms after the first', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { written, lines } = gathering()
  lines.write('a\n')
  t.mock.timers.tick(19)
  lines.write('b\n')
  assert.deepEqual(written, [])
  t.mock.timers.tick(1)
  assert.deepEqual(written, ['a\nb\n'])
  lines.write('c\n')
  t.mock.timers.tick(20)
  assert.deepEqual(written, ['a\nb\n', 'c\n'])
})

test('many lines, or the end, wait for nothing', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { written, lines } = gathering()
  const long = `${'x'.repeat(64 * 1024)}\n`
  lines.write(long)
  lines.write('end\n')
  lines.flush()
  lines.flush()
  t.mock.timers.tick(1000)
  assert.deepEqual(written, [long, 'end\n'])
})
