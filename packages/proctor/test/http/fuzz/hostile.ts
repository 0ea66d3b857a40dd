import type { Random } from '../../../src/scenario/random.ts'
import { chunked, type ValidAnswer, validAnswer } from './valid-answer.ts'

/** What a server does to one request. */
export interface Play {
  readonly method: 'GET' | 'HEAD'
  /** All that it sends, a character a byte. */
  readonly text: string
  readonly ending: Ending
  /** Sends as soon as a connection is open, before any request. */
  readonly early: boolean
  /** Sent on the idle connection, when the answer has been taken. */
  readonly late: string
}

/** `stay`: nothing more comes and the connection stays. `end`: half-closed. `reset`: RST. */
export type Ending = 'stay' | 'end' | 'reset'

export const ENDINGS: readonly Ending[] = ['stay', 'end', 'reset']

type Attack = (answer: ValidAnswer, random: Random) => Partial<Play>

const OK = 'HTTP/1.1 200 OK\r\n'
const LENGTHS =
  '-5;+5;5.0;0x5;5 5;5, 5;;five;5\0;9999999999999999;99999999999999999999999;4;6;700;005;\t5 '.split(';')
const SIZES = 'g;-5;0x5;5 5;;;x;fffffffffffff;ffffffffffff;4;6;\xa05;5\xa0; 5;\t5;5\x0b;+5;5.;5,5'.split(';')
const TELLING = [
  ...'\r \n : ; , 0 1 5 9 a f x \t \0 \x7f \xff \xa0'.split(' '),
  ' ',
  'HTTP/1.1 ',
  '\r\n\r\n',
  '\n\n',
]
const STRAY = ['!', '\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', '\0'.repeat(3_000)]

const attacks: Record<string, Attack> = {
  none: ({ untilClose }) => (untilClose ? { ending: 'end' } : {}),
  'none, and then an ending': (_answer, random) => ({ ending: random.pick(ENDINGS) }),
  'cut off': ({ text }, random) => ({
    text: text.slice(0, random.integer(0, text.length)),
    ...anyEnding(random),
  }),
  doubled: ({ text }, random) => ({ text: text + text, ...anyEnding(random) }),
  'more behind it': ({ text }, random) => ({ text: text + random.pick(STRAY), ...anyEnding(random) }),
  'bytes changed': ({ text }, random) => ({ text: mutated(text, random), ...anyEnding(random) }),
  'a huge header': ({ text }, random) => ({
    text: withField(
      text,
      `X: ${'y'.repeat(random.pick([8_000, 60_000, 65_400 + random.integer(0, 200), 70_000, 300_000]))}`,
    ),
    ...anyEnding(random),
  }),
  'thousands of headers': ({ text }, random) => ({
    text: withField(text, 'X-Filler: 0123456789\r\n'.repeat(random.integer(2_900, 3_300)).trimEnd()),
    ...anyEnding(random),
  }),
  'a header line that is none': ({ text }, random) => ({
    text: withField(
      text,
      random.pick(['No colon', ': nameless', 'Spaced : x', ' folded', 'X: a\x1bb', 'X: a\rY: b', '\xeb: x']),
    ),
    ...anyEnding(random),
  }),
  'a bad Content-Length': (_answer, random) => ({
    text: `${OK}Content-Length: ${random.pick(LENGTHS)}\r\n\r\nhello`,
    ...anyEnding(random),
  }),
  'two Content-Lengths': (_answer, random) => ({
    text: `${OK}Content-Length: ${random.pick(['5', '05', '6'])}\r\nContent-Length: 5\r\n\r\nhello`,
    ...anyEnding(random),
  }),
  'both framings': (_answer, random) => {
    const fields = [
      'Content-Length: 5',
      'Transfer-Encoding: chunked',
      ...(random.chance(0.3) ? ['A: b'] : []),
    ]
    const shuffled = fields.toSorted(() => random.fraction() - 0.5)
    return { text: `${OK}${shuffled.join('\r\n')}\r\n\r\n${chunked('hello', random)}`, ...anyEnding(random) }
  },
  'another Transfer-Encoding': (_answer, random) => {
    const value = random.pick([
      'gzip',
      'gzip, chunked',
      'chunked\xa0',
      'chunked, chunked',
      'chunked\r\nTransfer-Encoding: chunked',
    ])
    return {
      text: `${OK}Transfer-Encoding: ${value}\r\n\r\n${chunked('hello', random)}`,
      ...anyEnding(random),
    }
  },
  'a bad chunk size': (_answer, random) => ({
    text: `${OK}Transfer-Encoding: chunked\r\n\r\n${random.pick(SIZES)}\r\nhello\r\n${random.pick(SIZES)}\r\n\r\n`,
    ...anyEnding(random),
  }),
  'a bad end of a chunk': (_answer, random) => ({
    text: `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello${random.pick([' \r\n', '\r', '\0\n', '\n', '\r\r\n', ''])}0\r\n${random.pick([' \r\n', '\r\n', '\t\n', '\r'])}`,
    ...anyEnding(random),
  }),
  'a line too long within the chunks': (_answer, random) => {
    const long = 'x'.repeat(random.pick([8_180, 8_191, 9_000, 200_000]))
    const lines = random.pick([`5;${long}\r\nhello\r\n0\r\n\r\n`, `5\r\nhello\r\n0\r\nX: ${long}\r\n\r\n`])
    return { text: `${OK}Transfer-Encoding: chunked\r\n\r\n${lines}`, ...anyEnding(random) }
  },
  'before the request': ({ text }, random) => ({ text, early: true, ...anyEnding(random) }),
  'garbage before the request': (_answer, random) => ({
    text: random.pick([...STRAY, ...TELLING, 'SSH-2.0-OpenSSH_9.2\r\n', '\x16\x03\x01\x02\x00\x01']),
    early: random.chance(0.5),
    ...anyEnding(random),
  }),
  'no byte': (_answer, random) => ({ text: '', early: random.chance(0.3), ...anyEnding(random) }),
  'stray bytes when idle': (_answer, random) => ({ late: random.pick(STRAY) }),
}

const names = Object.keys(attacks)

/** A valid answer and what is done to it. */
export function hostilePlay(random: Random): Play & { attack: string } {
  const attack = random.pick(names)
  const answer = validAnswer(random)
  const { method, text } = answer
  return { attack, method, text, ending: 'stay', early: false, late: '', ...attacks[attack]!(answer, random) }
}

function anyEnding(random: Random): Pick<Play, 'ending'> {
  return { ending: random.pick(ENDINGS) }
}

/** With one more line behind the first. */
function withField(text: string, field: string): string {
  const at = text.indexOf('\n') + 1
  return `${text.slice(0, at)}${field}\r\n${text.slice(at)}`
}

/** One to three of: a byte changed, taken out, put in, doubled; a bit turned; the end cut off. */
function mutated(original: string, random: Random): string {
  let text = original
  for (let changes = random.integer(1, 3); changes > 0; changes--) {
    const at = random.integer(0, Math.min(text.length, 400))
    const removed = random.pick([0, 0, 1, 1, 2, 8])
    const turned = String.fromCharCode((text.charCodeAt(at) || 0) ^ (1 << random.integer(0, 7)))
    const added = random.pick(['', random.pick(TELLING), turned, text.slice(at, at + 4)])
    text = text.slice(0, at) + added + text.slice(at + removed)
    if (random.chance(0.1)) text = text.slice(0, at)
  }
  return text
}
