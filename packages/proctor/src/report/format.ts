import type { MetricRecord } from '../run/metrics.ts'
/** How figures are written for people. `–` stands where there is none. */

const NONE = '–'

/** Milliseconds, with about three digits that mean something. */
export function formatMs(ms: number | null): string {
  if (ms === null) return NONE
  // The steps lie where rounding would write a digit more than the number above has.
  return ms < 9.995 ? ms.toFixed(2) : ms < 99.95 ? ms.toFixed(1) : ms.toFixed(0)
}

export function formatBytes(bytes: number | null): string {
  return bytes === null ? NONE : bytes.toFixed(2)
}

export function formatCount(count: number): string {
  return String(count)
}

export function formatRate(perSecond: number): string {
  return perSecond < 999.95 ? perSecond.toFixed(1) : perSecond.toFixed(0)
}

/** `19 of 601` as `3.2 %`; never `0.0 %` for some, never `100.0 %` for not quite all. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0 %'
  if (part === whole) return '100 %'
  return `${Math.min(99.9, Math.max(0.1, (100 * part) / whole)).toFixed(1)} %`
}

/** `0.4 s`, `12.3 s`, `2 min 5 s`, `1 h 0 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 99.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}

export function formatNoun(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** One line of visible characters: a service's or scenario's words must not move the cursor. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()
}

const graphemes = new Intl.Segmenter()
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u

/** Cells that a line of text takes on a terminal: East Asian characters and emoji take two. */
export function widthOf(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length
  return [...graphemes.segment(text)].reduce((width, { segment }) => width + (WIDE.test(segment) ? 2 : 1), 0)
}

/** The text in at most `cells` cells; `…` stands for what was cut off. */
export function clip(text: string, cells: number): string {
  if (widthOf(text) <= cells) return text
  let clipped = ''
  for (const { segment } of graphemes.segment(text)) {
    if (widthOf(clipped + segment) >= cells) break
    clipped += segment
  }
  return `${clipped}…`
}

/** A figure of the scenario's own: whole where it is whole, else with two decimals; none where there is none. */
export function formatFigure(value: number | null): string {
  if (value === null) return ''
  return Number.isInteger(value) ? String(value) : value.toFixed(2)
}

/** What a metric came to: of a rate the share. */
export function metricValue({ kind, value }: Pick<MetricRecord, 'kind' | 'value'>): string {
  return kind === 'rate' ? formatShare(value ?? 0, 1) : formatFigure(value)
}

/** How wide a summary's sentences are: it may be read anywhere. */
export const SUMMARY_COLUMNS = 80

/** In lines of at most `width` cells, broken between words; lines after the first stand below the text, not below its mark. */
export function wrap(text: string, width: number, mark = ''): string[] {
  const lines: string[] = []
  let line = mark
  const indent = ' '.repeat(mark.length)
  for (const word of text.split(' ')) {
    const isEmpty = line.trim() === mark.trim()
    if (!isEmpty && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line)
      line = indent + word
    } else {
      line = isEmpty ? line + word : `${line} ${word}`
    }
  }
  return [...lines, line]
}
