/** How figures are written for people. `–` stands where there is none. */

const NONE = '–'
const THIN = '\u202f'

/** Milliseconds, with about three digits that mean something. */
export function formatMs(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || ms < 0) return NONE
  return ms < 9.995 ? ms.toFixed(2) : ms < 99.95 ? ms.toFixed(1) : formatCount(Math.round(ms))
}

export function formatTime(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || ms < 0) return NONE
  return ms < 999.5 ? `${formatMs(ms)} ms` : `${(ms / 1000).toFixed(ms < 9_995 ? 2 : 1)} s`
}

export function formatCount(count: number): string {
  return String(Math.round(count)).replaceAll(/\B(?=(\d{3})+$)/g, THIN)
}

export function formatRate(perSecond: number | null): string {
  if (perSecond === null) return NONE
  return perSecond < 99.95 ? perSecond.toFixed(1) : formatCount(perSecond)
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined || bytes < 0) return NONE
  const power = bytes < 999.5 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** power
  return `${power === 0 ? Math.round(value) : value < 99.95 ? value.toFixed(1) : value.toFixed(0)} ${UNITS[power]}`
}

/** Never `0.0 %` for some, never `100 %` for not quite all. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0 %'
  if (part === whole) return '100 %'
  return `${Math.min(99.9, Math.max(0.1, (100 * part) / whole)).toFixed(1)} %`
}

/** `0:42`, `12:05`, `1:00:00`. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)]
  const rest = String(whole % 60).padStart(2, '0')
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`
}

// Made once: to make one takes a hundred times as long as to use it.
const WHEN = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const WHEN_EXACTLY = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
const TIME_OF_DAY = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', hourCycle: 'h23' })

export function formatWhen(iso: string | number): string {
  return WHEN.format(new Date(iso))
}

/** To the second. */
export function formatWhenExactly(iso: string): string {
  return WHEN_EXACTLY.format(new Date(iso))
}

export function formatTimeOfDay(at: string | number): string {
  return TIME_OF_DAY.format(new Date(at))
}

export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** Of a share from 0 to 1. */
export function formatPercent(share: number): string {
  return `${(100 * share).toFixed(share < 0.0995 && share > 0 ? 1 : 0)} %`
}

/** From one figure to another: `+12 %`, `−3.1 %`; `–` where either is none, or the first is 0. */
export function formatChange(from: number | null, to: number | null): string {
  if (from === null || to === null || (from === 0 && to !== 0)) return NONE
  return `${signed(from === 0 ? 0 : (100 * (to - from)) / from)} %`
}

/** From one share to another, of 0 to 1: `+1.5 points` is from 2 % to 3.5 %. */
export function formatPoints(from: number, to: number): string {
  return `${signed(100 * (to - from))} points`
}

function signed(value: number): string {
  const size = Math.abs(value)
  const digits = size < 0.095 ? 2 : size < 9.95 ? 1 : 0
  const text = digits === 0 ? formatCount(size) : size.toFixed(digits)
  return Number(size.toFixed(2)) === 0 ? '±0' : `${value > 0 ? '+' : '−'}${text}`
}
