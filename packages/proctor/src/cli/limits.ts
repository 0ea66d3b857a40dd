import { readFileSync } from 'node:fs'
import type { Limits } from '../run/preflight.ts'

/** What the system lets this process have; Linux alone tells. */
export function thisLimits(): Limits {
  return { openFiles: openFiles(), localPorts: localPorts() }
}

/** The soft limit, `ulimit -n`; Node raises it to the hard one as it starts. */
function openFiles(): number | null {
  return finite(/^Max open files +(\S+)/m.exec(told('/proc/self/limits'))?.[1])
}

/** From which connections to one address may begin. */
function localPorts(): number | null {
  const [low, high] = told('/proc/sys/net/ipv4/ip_local_port_range').trim().split(/\s+/).map(finite)
  return low && high ? high - low + 1 : null
}

/** `unlimited` is no number. */
function finite(text: string | undefined): number | null {
  const value = Number(text)
  return Number.isFinite(value) ? value : null
}

function told(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
