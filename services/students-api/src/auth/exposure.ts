import type { ApiKeyStore } from './api-key.ts'

/** The service would be open to others than this machine; the message is one line that names the next step. */
export class KeysNeeded extends Error {
  override readonly name = 'KeysNeeded'
}

/** @throws {KeysNeeded} where a host beyond loopback is to be listened on and no key was ever made. */
export async function requireKeysBeyondLoopback(host: string, keys: ApiKeyStore): Promise<void> {
  if (isLoopback(host) || (await keys.all()).length > 0) return
  const step = 'make a key with keys create --scope read,write, or pass --open'
  throw new KeysNeeded(`${host} is open to other machines: ${step}`)
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)
}
