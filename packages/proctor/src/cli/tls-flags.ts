import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { secureContextOf, type TlsSettings } from '../http/tls.ts'
import { UsageError } from './usage-error.ts'

/** The flags of TLS, as typed. */
export interface TlsFlags {
  ca?: string
  cert?: string
  key?: string
  servername?: string
  insecure?: true
  /** Commander's form of `--no-tls-resume`. */
  tlsResume: boolean
}

export function declareTlsFlags(command: Command): Command {
  return command
    .optionsGroup('TLS:')
    .option('--ca <file>', 'certificates (PEM) of the only authorities to trust')
    .option('--cert <file>', 'client certificate (PEM), for a service that asks for one')
    .option('--key <file>', 'its key (PEM)')
    .option('--servername <name>', 'what to ask for by SNI and to find in the certificate, not the host')
    .option('--insecure', 'take any certificate')
    .option('--no-tls-resume', 'a whole handshake for every connection')
}

/** Reads the files. Throws a `UsageError` where one can't be read, or isn't what it should be. */
export function toTls(cwd: string, flags: TlsFlags): TlsSettings {
  if ((flags.cert === undefined) !== (flags.key === undefined))
    throw new UsageError('expected --cert and --key, got one without the other')
  const read = (name: 'ca' | 'cert' | 'key', label: string): string | null =>
    flags[name] === undefined ? null : readPem(`--${name}`, resolve(cwd, flags[name]), label)
  const settings = {
    ca: read('ca', 'CERTIFICATE'),
    cert: read('cert', 'CERTIFICATE'),
    key: read('key', 'PRIVATE KEY'),
    insecure: flags.insecure ?? false,
    servername: flags.servername ?? null,
    resume: flags.tlsResume,
  }
  checkPair(settings)
  return settings
}

function readPem(flag: string, file: string, label: string): string {
  const pem = readText(flag, file)
  if (new RegExp(`-----BEGIN [A-Z ]*${label}-----`).test(pem)) return pem
  throw new UsageError(`${flag}: expected PEM (-----BEGIN ${label}-----), ${file} has none`)
}

function readText(flag: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new UsageError(`${flag}: expected a file that can be read: ${(cause as Error).message}`, { cause })
  }
}

function checkPair(settings: TlsSettings): void {
  try {
    secureContextOf(settings)
  } catch (cause) {
    const { reason, message } = cause as Error & { reason?: string }
    throw new UsageError(`--ca, --cert, --key: OpenSSL does not take them: ${reason ?? message}`, { cause })
  }
}
