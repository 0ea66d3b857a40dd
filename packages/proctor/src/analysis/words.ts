import { wilson } from './contrast.ts'

/** How figures stand in a finding's sentences. */

/** `33`, `4.2`, `0.31`: about three digits that mean something. */
export function number(value: number): string {
  if (Math.abs(value) >= 99.5) return grouped(Math.round(value))
  return String(Number(value.toPrecision(3)))
}

/** `9,000`. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** Two digits that mean something: `9,100`. */
export function about(value: number): string {
  return grouped(Number(value.toPrecision(2)))
}

/** `31 µs`, `12.3 ms`, `1.5 s`. */
export function duration(ms: number): string {
  if (ms < 1) return `${number(ms * 1000)} µs`
  return ms < 1000 ? `${number(ms)} ms` : `${number(ms / 1000)} s`
}

/** `812 bytes`, `56 KB`. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${number(bytes)} bytes`
  return bytes < 1e6 ? `${number(bytes / 1000)} KB` : `${number(bytes / 1e6)} MB`
}

/** `3.2 %`; never `0 %` for some, never `100 %` for not quite all. */
export function share(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0 %'
  if (part === whole) return '100 %'
  const percent = Math.min(99.9, Math.max(0.1, (100 * part) / whole))
  return `${Number(percent.toPrecision(percent < 99 ? 2 : 3))} %`
}

/** `33 % (31 to 35 %)`: a share with its 95 % interval. */
export function shareWords(part: number, whole: number): string {
  const { low, high } = wilson(part, whole)
  return `${share(part, whole)} (${number(100 * low)} to ${share(high, 1)})`
}

/** `19 requests`. */
export function noun(count: number, word: string): string {
  return `${grouped(count)} ${word}${count === 1 ? '' : 's'}`
}

/** `GET /students`. */
export function requestWords({ method, name }: { method: string; name: string }): string {
  return `${method} ${name}`.trim()
}

/** Requests of one name that failed in one way. */
export interface Failed {
  /** `GET /a`. */
  readonly words: string
  readonly count: number
  /** All of the name; `undefined` where that is not known. */
  readonly of: number | undefined
}

const TOLD_NAMES = 3

/** `19 of 601 POST /a`, `40 of 900 requests (GET /a, GET /b)`, `612 of 11,000 requests of 300 names (GET /a, GET /b, GET /c, …)`. */
export function whatFailed(failed: readonly Failed[]): string {
  const count = failed.reduce((sum, each) => sum + each.count, 0)
  const ofEach = new Map(failed.map(({ words, of }) => [words, of]))
  const of = [...ofEach.values()].reduce<number>((sum, each) => sum + (each ?? Number.NaN), 0)
  const counted = Number.isNaN(of) ? grouped(count) : `${grouped(count)} of ${grouped(of)}`
  const names = [...ofEach.keys()]
  if (names.length === 1) return `${counted} ${names[0]!}`
  const told = names.slice(0, TOLD_NAMES).join(', ')
  return names.length <= TOLD_NAMES
    ? `${counted} requests (${told})`
    : `${counted} requests of ${grouped(names.length)} names (${told}, …)`
}

/** `19 of 19 failing, 0 of 582 passing`. */
export function contrastWords(contrast: {
  failing: number
  ofFailing: number
  passing: number
  ofPassing: number
}): string {
  const { failing, ofFailing, passing, ofPassing } = contrast
  return `${failing} of ${ofFailing} failing, ${passing} of ${ofPassing} passing`
}

/** A field as people call it: `e-mail` of `/email`, `gpa` of `/student/gpa`. */
export function fieldWords({ place, name }: { place: string; name: string }): string {
  if (place === 'path') return `${name} of the path`
  const last = name.split('/').at(-1)!
  return place === 'query' ? `query parameter ${last}` : last
}

/** Longer words of a service are cut. */
export function quoted(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}
