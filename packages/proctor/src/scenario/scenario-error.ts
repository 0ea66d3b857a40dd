import { fileURLToPath } from 'node:url'

/** A scenario that cannot be run, with the place in its file that says so. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError'
  /** `file:line:column`, or the file alone where no line is to blame. */
  readonly place: string | undefined

  constructor(message: string, place?: string) {
    super(message)
    this.place = place
  }
}

/** The place outside this package from which the function that asks was called: the scenario's own line. */
export function callersPlace(): string | undefined {
  const own = new URL('..', import.meta.url).href
  const frames = (new Error().stack ?? '').split('\n').slice(1)
  const caller = frames.find(
    (frame) => /file:|\//.test(frame) && !frame.includes(own) && !frame.includes('node:'),
  )
  return caller === undefined ? undefined : placeOfFrame(caller)
}

/** `at f (file:///a/b.ts:3:7)` → `/a/b.ts:3:7`. */
export function placeOfFrame(frame: string): string | undefined {
  const match = /(?:\(|at (?:async )?)((?:file:\/\/|\/)[^()]*?)(:\d+:\d+)\)?$/.exec(frame.trim())
  if (match === null) return undefined
  const [, file = '', position = ''] = match
  return (file.startsWith('file:') ? fileURLToPath(file) : file) + position
}
