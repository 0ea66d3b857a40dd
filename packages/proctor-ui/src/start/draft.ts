import type { Fields, PageState } from 'proctor/wire'
import { parseSeconds, parseStages, type Point, stagesText } from './stages.ts'

/** What kind of load the form is about. */
export type Kind = 'users' | 'arrivals' | 'stages' | 'shape'

export type UserSummary = PageState['users'][number]

export type ArgumentValue = string | number | boolean

/** The form while it is filled in: every field as it was typed. */
export interface Draft {
  readonly kind: Kind
  readonly host: string
  readonly users: string
  readonly spawnRate: string
  /** A second. */
  readonly arrivals: string
  readonly spacing: string
  readonly maxUsers: string
  readonly points: readonly Point[]
  /** Whether the stages are of arrivals. */
  readonly isOfArrivals: boolean
  readonly runTime: string
  readonly thresholds: string
  /** Of user classes, by name; those left out stay as the scenario has them. */
  readonly weights: Readonly<Record<string, string>>
  /** The scenario's own, by name. */
  readonly args: Readonly<Record<string, ArgumentValue>>
  /** Fields of their own name: `seed`, `stop-timeout`, … */
  readonly more: Fields
}

const MORE = ['seed', 'threads', 'stop-timeout', 'request-timeout', 'iterations'] as const

/** The form as the command line filled it. */
export function draftOf(fields: Fields, hasShape: boolean): Draft {
  const [rate = '', spacing = ''] = (fields['arrivals'] ?? '').split(',')
  const isOfArrivals = fields['arrivals'] !== undefined
  const kind =
    fields['stages'] !== undefined
      ? 'stages'
      : isOfArrivals
        ? 'arrivals'
        : hasShape && fields['users'] === undefined
          ? 'shape'
          : 'users'
  return {
    kind,
    host: fields['host'] ?? '',
    users: fields['users'] ?? '10',
    spawnRate: fields['spawn-rate'] ?? '1',
    arrivals: rate.endsWith('/s') ? rate.slice(0, -2) : '50',
    spacing: [rate, spacing].includes('uniform') ? 'uniform' : 'poisson',
    maxUsers: fields['max-users'] ?? '',
    points: parseStages(fields['stages'] ?? '30s:50,90s:50,2m:0'),
    isOfArrivals,
    runTime: fields['run-time'] ?? (kind === 'shape' ? '' : '60s'),
    thresholds: fields['thresholds'] ?? '',
    weights: Object.fromEntries(
      (fields['weights'] ?? '').split(',').flatMap((part) => (part === '' ? [] : [part.split('=')])),
    ) as Draft['weights'],
    args: JSON.parse(fields['arguments'] ?? '{}') as Draft['args'],
    more: Object.fromEntries(MORE.map((name) => [name, fields[name] ?? ''])),
  }
}

export function fieldsOf(draft: Draft): Fields {
  const { host, thresholds, runTime, more, kind, weights, args } = draft
  const time = kind === 'stages' ? {} : { 'run-time': runTime }
  return {
    host,
    ...loadFields(draft),
    ...time,
    thresholds,
    ...more,
    weights: Object.entries(weights)
      .map(([name, weight]) => `${name}=${weight.trim()}`)
      .join(','),
    arguments: JSON.stringify(args),
  }
}

function loadFields({
  kind,
  users,
  spawnRate,
  arrivals,
  spacing,
  maxUsers,
  points,
  isOfArrivals,
}: Draft): Fields {
  const uniform = spacing === 'uniform' ? ',uniform' : ''
  switch (kind) {
    case 'users':
      return { users, 'spawn-rate': spawnRate }
    case 'arrivals':
      return { arrivals: `${arrivals}/s${uniform}`, 'max-users': maxUsers }
    case 'stages':
      return {
        stages: stagesText(points),
        ...(isOfArrivals ? { arrivals: spacing, 'max-users': maxUsers } : {}),
      }
    default:
      return {}
  }
}

/** By their flags, the fields that a load can't be without: the command line's own defaults are not what an empty one means. */
export function neededOf({ kind, users, spawnRate, arrivals }: Draft): { field: string; value: string }[] {
  switch (kind) {
    case 'users':
      return [
        { field: 'users', value: users },
        { field: 'spawn-rate', value: spawnRate },
      ]
    case 'arrivals':
      return [{ field: 'arrivals', value: arrivals }]
    default:
      return []
  }
}

/** The user classes as the form has them; those that are left out are not among them. */
export function weighted(users: readonly UserSummary[], { weights }: Draft): UserSummary[] {
  return users.flatMap((user) => {
    const weight = Number(weights[user.name] ?? user.weight)
    return weight > 0 ? [{ ...user, weight }] : []
  })
}

/** The load over time, to be looked at before it is started. */
export function previewOf({ kind, users, spawnRate, arrivals, points, runTime }: Draft): Point[] {
  if (kind === 'stages') return [...points]
  const lasts = parseSeconds(runTime.trim()) ?? 60
  if (kind === 'arrivals')
    return [
      { seconds: 0, value: Number(arrivals) || 0 },
      { seconds: lasts, value: Number(arrivals) || 0 },
    ]
  const [peak, rate] = [Number(users) || 0, Number(spawnRate) || 1]
  const ramp = Math.min(lasts, peak / rate)
  return [
    { seconds: 0, value: 0 },
    { seconds: ramp, value: rate * ramp },
    { seconds: lasts, value: rate * ramp },
  ]
}

export interface Preset {
  readonly name: string
  readonly about: string
  readonly draft: Partial<Draft>
}

/** Loads that one begins with. */
export const PRESETS: readonly Preset[] = [
  {
    name: 'First exam',
    about: '50 users, 5 a second, one minute',
    draft: { kind: 'users', users: '50', spawnRate: '5', runTime: '60s' },
  },
  {
    name: 'Smoke test',
    about: 'one user for ten seconds: does it work at all?',
    draft: { kind: 'users', users: '1', spawnRate: '1', runTime: '10s' },
  },
  {
    name: 'Spike',
    about: 'ten times the users for half a minute',
    draft: {
      kind: 'stages',
      isOfArrivals: false,
      points: parseStages('10s:20,40s:20,45s:200,75s:200,80s:20,2m:20'),
    },
  },
  {
    name: 'Soak',
    about: '20 users for an hour: what grows with time?',
    draft: { kind: 'users', users: '20', spawnRate: '2', runTime: '1h' },
  },
]
