import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext } from 'node:test'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const ROOT = new URL('../../../', import.meta.url).pathname
const SERVICE = join(ROOT, 'services/students-api/src/main.ts')
const PROCTOR = join(ROOT, 'packages/proctor/bin/proctor.js')
const SEED = join(ROOT, 'load-tests/students.ts')

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)

/** Why a test of the page can't be run here; `false` where it can. */
export const NO_BROWSER =
  CHROMIUM === undefined && 'no Chromium on this machine: scripts/install-test-parts.sh installs it'

/** A name that leads to this machine, as one does that a stranger has bound to it. */
export const STRANGER = 'stranger.test'

let browser: Promise<Browser> | undefined

after(async () => (await browser)?.close())

/** A page in a window of its own; errors of its scripts fail the test. */
export async function pageAt(
  t: TestContext,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  browser ??= chromium.launch({
    executablePath: CHROMIUM!,
    args: [`--host-resolver-rules=MAP ${STRANGER} 127.0.0.1`],
  })
  const context = await (await browser).newContext({ viewport: { width: 1280, height: 1600 }, ...options })
  const page = await context.newPage()
  const errors: Error[] = []
  page.on('pageerror', (error) => errors.push(error))
  t.after(async () => {
    await context.close()
    if (errors[0] !== undefined) throw errors[0]
  })
  await page.goto(url)
  return page
}

export interface Started {
  readonly url: string
  readonly child: ChildProcess
}

/** students-api on a fresh database, any free port; what it logs goes to the file, where there is one. */
export async function service(t: TestContext, log?: string): Promise<Started> {
  const args = [SERVICE, '--port', '0', '--db', join(folderOf(t), 's.db')]
  const heard = (text: string): void => (log === undefined ? undefined : appendFileSync(log, text))
  return started(t, args, /"url":"([^"]+)"/, { heard })
}

export interface UiOptions {
  readonly scenario?: string
  /** Where it is called: its kept runs are there. */
  readonly folder?: string
}

/** `proctor ui` on any free port, unless one is named. */
export async function ui(
  t: TestContext,
  host: string,
  args: readonly string[] = [],
  { scenario = SEED, folder = folderOf(t) }: UiOptions = {},
): Promise<Started> {
  const all = [PROCTOR, 'ui', scenario, '-H', host, '--web-port', '0', ...args]
  return started(t, all, /Proctor is at (\S+)/, { cwd: folder })
}

/** A scenario of this text, in a folder of its own. */
export function scenarioOf(t: TestContext, text: string): string {
  const file = join(folderOf(t), 'scenario.ts')
  writeFileSync(file, text)
  return file
}

export function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'proctor-ui-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

interface StartOptions {
  readonly cwd?: string
  readonly heard?: (text: string) => void
}

/** A process of Node's, once it has said where it is. */
async function started(
  t: TestContext,
  args: readonly string[],
  ready: RegExp,
  { cwd = ROOT, heard = () => {} }: StartOptions,
): Promise<Started> {
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => stop(child))
  const url = await new Promise<string>((resolve, reject) => {
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => {
      heard(String(chunk))
      said = `${said}${String(chunk)}`.slice(-10_000)
      const [, found] = ready.exec(said) ?? []
      if (found !== undefined) resolve(found)
    })
    child.once('exit', () => reject(new Error(`${args[0]} ended: ${said}`)))
  })
  return { url, child }
}

export async function stop(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}
