import { parseFlags, UsageError } from '../arguments.ts'
import { newApiKey, scopes, type ApiKey, type ApiKeyStore, type Scope } from './api-key.ts'

/** `keys …` as data. */
export type KeysCommand =
  | { action: 'create'; db: string; name: string; scopes: readonly Scope[] }
  | { action: 'list'; db: string }
  | { action: 'revoke'; db: string; id: string }

const options = {
  db: { type: 'string', default: 'data/students.db' },
  scope: { type: 'string' },
  name: { type: 'string', default: '' },
  help: { type: 'boolean', default: false },
} as const

/**
 * The words after `keys` as data, or `help` where that was asked for.
 * @throws {UsageError}
 */
export function parseKeysCommand(argv: readonly string[]): KeysCommand | 'help' {
  const { values, positionals } = parseFlags(argv, options)
  if (values.help) return 'help'
  const { db, scope, name } = values
  const [action, id, ...rest] = positionals
  if (action === 'create' && id === undefined) return { action, db, name, scopes: parseScopes(scope) }
  if (action === 'list' && id === undefined) return { action, db }
  if (action === 'revoke' && id !== undefined && rest.length === 0) return { action, db, id }
  throw new UsageError('keys takes create --scope SCOPES, list, or revoke ID')
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
export async function runKeysCommand(command: KeysCommand, store: ApiKeyStore, now: Date): Promise<string> {
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
