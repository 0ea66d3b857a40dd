import { STATUS_CODES } from 'node:http'
import type { WalkEvent } from '../engine/walk.ts'
import { formatMs, formatNoun, oneLine } from './format.ts'
import { plainStyle, type Style } from './style.ts'

/** Of a body so many lines are shown, and of a line so many characters. */
const MOST_LINES = 30
const MOST_CHARACTERS = 200

type Request = Extract<WalkEvent, { type: 'request' }>

/** A walk through a scenario, as text that people read along. */
export class WalkText {
  readonly #style: Style
  #steps = 0
  #requests = 0
  #failures = 0
  #exceptions = 0
  #hasAborted = false

  constructor(style: Style = plainStyle) {
    this.#style = style
  }

  get hasHeld(): boolean {
    return this.#failures + this.#exceptions === 0 && !this.#hasAborted
  }

  /** The lines for what has just happened. */
  render(event: WalkEvent): string[] {
    switch (event.type) {
      case 'step':
        this.#steps += 1
        return ['', this.#style('strong', `${event.user} ${oneLine(event.name)}`)]
      case 'request':
        return this.#request(event)
      case 'failure':
        this.#failures += 1
        return [this.#style('bad', `  ${oneLine(event.name)}: ${oneLine(event.reason)}`)]
      case 'exception':
        this.#exceptions += 1
        return event.stack
          .split('\n')
          .slice(0, 4)
          .map((line) => this.#style('bad', `  ${oneLine(line)}`))
      default:
        this.#hasAborted = true
        return [this.#style('bad', `  The scenario aborted the run: ${oneLine(event.reason)}`)]
    }
  }

  renderEnd(): string[] {
    const counts = [
      formatNoun(this.#steps, 'step'),
      formatNoun(this.#requests, 'request'),
      formatNoun(this.#failures, 'failure'),
      formatNoun(this.#exceptions, 'exception'),
    ]
    return ['', counts.join(', ')]
  }

  #request({ name, durationMs, reason, example }: Request): string[] {
    this.#requests += 1
    if (reason !== null) this.#failures += 1
    const { request, response } = example
    const tone = reason === null ? undefined : 'bad'
    const answer =
      response === null
        ? []
        : [
            `  < ${response.status} ${STATUS_CODES[response.status] ?? ''}`.trimEnd(),
            ...headers('<', response.headers),
            ...body('<', response.body),
          ]
    return [
      this.#style(
        tone,
        `  ${oneLine(name)}  ${formatMs(durationMs)} ms${reason === null ? '' : `  failed: ${oneLine(reason)}`}`,
      ),
      `  > ${request.method} ${oneLine(request.url)}`,
      ...headers('>', request.headers),
      ...body('>', request.body),
      ...answer,
    ]
  }
}

function headers(mark: string, lines: readonly [string, string][]): string[] {
  return lines.map(([name, value]) => clipped(`  ${mark} ${oneLine(`${name}: ${value}`)}`))
}

/** JSON is laid out; what is long is cut, and said to be. */
function body(mark: string, text: string): string[] {
  if (text === '') return []
  const lines = pretty(text).split('\n')
  const shown = lines.slice(0, MOST_LINES).map((line) => clipped(`  ${mark}   ${visible(line)}`))
  const hidden = lines.length - shown.length
  return [
    `  ${mark}`,
    ...shown,
    ...(hidden === 0 ? [] : [`  ${mark}   … and ${formatNoun(hidden, 'line')} more`]),
  ]
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

/** What moves the cursor stays out; indentation stays. */
function visible(line: string): string {
  return line.replaceAll('\t', '  ').replace(/[\p{Cc}\p{Cf}]/gu, '')
}

function clipped(line: string): string {
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}…` : line
}
