import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import type { Machine } from '../machine.ts'
import { writeWhole, type Target } from '../store/whole-file.ts'

const advice = "install PostgreSQL's client tools, at least as new as the server"
const missing = `pg_dump is not on the PATH: ${advice}`
const mostWords = 500

/**
 * Has pg_dump write the database to a file that pg_restore reads: one state of it, also while others write.
 * @param signal Its reason is thrown once it is aborted.
 * @throws {CannotBackUp}
 */
export async function dump(
  url: string,
  target: Target,
  { env, signal }: { env: Machine['env']; signal: AbortSignal },
): Promise<void> {
  const { address, password } = withoutPassword(url)
  const secret = password === '' ? undefined : { PGPASSWORD: password }
  await writeWhole(target, async (partial) => {
    const argv = ['--format=custom', '--no-password', `--file=${partial}`, `--dbname=${address}`]
    await run('pg_dump', argv, { env: { ...env, ...secret }, signal })
  })
}

/** Whoever may list processes reads their arguments, but not their environment. */
function withoutPassword(url: string): { address: string; password: string } {
  const address = new URL(url)
  const { searchParams } = address
  const password = searchParams.get('password') ?? decodeURIComponent(address.password)
  address.password = ''
  searchParams.delete('password')
  // libpq takes a plus for a plus.
  address.search = address.search.replaceAll('+', '%20')
  return { address: address.href, password }
}

async function run(
  program: string,
  argv: readonly string[],
  { env, signal }: { env: Machine['env']; signal: AbortSignal },
): Promise<void> {
  signal.throwIfAborted()
  const child = spawn(program, argv, { env, stdio: ['ignore', 'ignore', 'pipe'] })
  const end = () => void child.kill()
  signal.addEventListener('abort', end, { once: true })
  try {
    const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close').catch(notThere)])
    signal.throwIfAborted()
    if (code !== 0) throw new Error(inOneLine(said) || `${program} ended with ${code}`)
  } finally {
    signal.removeEventListener('abort', end)
  }
}

function notThere(cause: unknown): never {
  throw cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    ? new Error(missing, { cause })
    : cause
}

/** What it says of a version too old is followed by what to do; its other words are passed on. */
function inOneLine(said: string): string {
  const words = said
    .trim()
    .slice(0, mostWords)
    .replaceAll(/\s*\n\s*/g, '; ')
  return words.includes('version mismatch') ? `${words}; ${advice}` : words
}
