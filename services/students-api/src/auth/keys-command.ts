import { parseDatabase, parseFlags, UsageError, type DatabaseAddress } from '../arguments.ts'
import type { Machine } from '../machine.ts'
import { newApiKey, scopes, type ApiKey, type ApiKeyStore, type Scope } from './api-key.ts'

/** `keys …` as data. */
export type KeysCommand = { database: DatabaseAddress } & KeysAction

type KeysAction =
  | { action: 'create'; name: string; scopes: readonly Scope[] }
  | { action: 'list' }
  | { action: 'revoke'; id: string }

const options = {
  db: { type: 'string' },
  scope: { type: 'string' },
  name: { type: 'string', default: '' },
  help: { type: 'boolean', default: false },
} as const

/**
 * The words after `keys` as data, or `help` where that was asked for.
 * @throws {UsageError}
 */
export function parseKeysCommand(argv: readonly string[], env: Machine['env']): KeysCommand | 'help' {
  const { values, positionals } = parseFlags(argv, options)
  if (values.help) return 'help'
  return { ...parseAction(positionals, values), database: parseDatabase(values, env) }
}

function parseAction(
  [action, id, ...rest]: readonly string[],
  { scope, name }: { scope?: string; name: string },
): KeysAction {
  if (action === 'create' && id === undefined)
    return { action, name: parseName(name), scopes: parseScopes(scope) }
  if (action === 'list' && id === undefined) return { action }
  if (action === 'revoke' && id !== undefined && rest.length === 0) return { action, id }
  throw new UsageError('keys takes create --scope SCOPES, list, or revoke ID')
}

/** A line of `keys list` stays one. */
function parseName(name: string): string {
  if (!/^[^\p{C}\p{Zl}\p{Zp}]{0,100}$/u.test(name))
    throw new UsageError('--name takes at most 100 characters, on one line')
  return name
}

function parseScopes(text: string | undefined): Scope[] {
  const words = new Set(text?.split(','))
  const granted = scopes.filter((scope) => words.has(scope))
  if (granted.length === 0 || granted.length < words.size) {
    throw new UsageError(`--scope takes one or more of ${scopes.join(',')}, not "${text ?? ''}"`)
  }
  return granted
}

/** Does it, and resolves to what is told on standard output. */
export async function runKeysCommand(command: KeysAction, store: ApiKeyStore, now: Date): Promise<string> {
  if (command.action === 'list') return (await store.all()).map(line).join('')
  if (command.action === 'create') {
    const { key, token } = newApiKey(command.name, command.scopes, now)
    await store.add(key)
    return `${token}\n`
  }
  if (await store.revoke(command.id, now)) return `${command.id} is revoked\n`
  throw new UsageError(`no key has the id "${command.id}": see keys list`)
}

function line({ id, name, scopes: granted, createdAt, revokedAt }: ApiKey): string {
  const state = revokedAt === undefined ? '' : `  revoked ${revokedAt}`
  return `${id}  ${granted.join(',')}  ${createdAt}  ${name}${state}\n`
}
