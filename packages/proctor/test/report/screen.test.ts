import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Screen } from '../../src/report/screen.ts'
import { FakeTerminal } from './fake-terminal.ts'

const ESC = '\u001b['

function drawing(terminal: FakeTerminal, draw: () => void): string {
  const before = terminal.text.length
  draw()
  return terminal.text.slice(before)
}

test('writes each frame over the last, in one piece, and blanks nothing first', () => {
  const terminal = new FakeTerminal({ isTTY: true })
  const screen = new Screen(terminal)
  screen.draw(['one', 'two', 'three'])
  const second = drawing(terminal, () => screen.draw(['1', '2']))
  const begin = `${ESC}?2026h${ESC}?25l${ESC}?7l`
  assert.equal(second, `${begin}${ESC}3A\r1${ESC}K\n2${ESC}K\n${ESC}J${ESC}?7h${ESC}?2026l`)
  assert.ok(
    !terminal.text.includes(`${ESC}2J`) && !terminal.text.includes(`${ESC}H`),
    'the screen is never cleared',
  )
  assert.equal(terminal.screen(), '1\n2')
})

test('a line as wide as the terminal keeps its last cell', () => {
  const terminal = new FakeTerminal({ isTTY: true, columns: 5 })
  const screen = new Screen(terminal)
  const frame = drawing(terminal, () => screen.draw(['four', `${ESC}31mfive!${ESC}0m`]))
  assert.ok(frame.includes(`four${ESC}K\n${ESC}31mfive!${ESC}0m\n`), JSON.stringify(frame))
})

test('goes up by as many lines as were drawn, whatever the frames before', () => {
  const terminal = new FakeTerminal({ isTTY: true })
  const screen = new Screen(terminal)
  for (const lines of [3, 7, 1, 5]) screen.draw(Array.from({ length: lines }, (_, i) => `line ${i}`))
  const ups = [...terminal.text.matchAll(new RegExp(`${RegExp.escape(ESC)}(\\d+)A`, 'g'))].map(([, up]) =>
    Number(up),
  )
  assert.deepEqual(ups, [3, 7, 1])
})

test('a frame higher than the terminal is cut above its last line, so that going up ends at its first', () => {
  const terminal = new FakeTerminal({ isTTY: true, rows: 5 })
  const screen = new Screen(terminal)
  const frame = Array.from({ length: 9 }, (_, i) => `line ${i}`)
  screen.draw(frame)
  screen.draw(frame)
  assert.equal(terminal.screen(), 'line 0\nline 1\n…\nline 8')
  terminal.rows = 3
  screen.draw(frame)
  assert.equal(terminal.screen(), 'line 0\nline 1')
  terminal.rows = 1
  screen.draw(frame)
  assert.equal(terminal.screen(), 'line 0')
})

test('what is printed stays above, and the frame comes again below', () => {
  const terminal = new FakeTerminal({ isTTY: true })
  const screen = new Screen(terminal)
  screen.draw(['frame'])
  screen.print('note')
  screen.print('another\n')
  assert.equal(terminal.screen(), 'note\nanother\nframe')
})

test('in the end the frame is gone and the cursor is seen', () => {
  const terminal = new FakeTerminal({ isTTY: true })
  const screen = new Screen(terminal)
  screen.draw(['one', 'two'])
  const last = drawing(terminal, () => screen.clear())
  assert.equal(last, `${ESC}2A\r${ESC}J${ESC}?25h`)
  assert.equal(terminal.screen(), '')
})
