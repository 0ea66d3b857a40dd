import path from 'node:path'
import { Command } from 'commander'
import { analyse } from '../analysis/analyse.ts'
import type { Plan } from '../engine/plan.ts'
import { isLoopback, newToken } from '../page/gate.ts'
import { KeptViews, type WithHistory } from '../page/kept-views.ts'
import { PageError } from '../page/page-error.ts'
import { PageServer } from '../page/page-server.ts'
import { RunControl } from '../page/run-control.ts'
import type { Fields, PageState } from '../page/wire.ts'
import { ViewMaker } from '../page/view-maker.ts'
import { PROCTOR_VERSION } from '../run/environment.ts'
import { inspectScenario } from '../run/inspect.ts'
import { EXIT } from './exit-codes.ts'
import { fieldsOfPlan, planOfForm } from './form.ts'
import { withHistory } from './kept-runs.ts'
import type { Machine } from './machine.ts'
import { keeperOf } from './run-command.ts'
import { requiredPage } from './required-page.ts'
import { checkedHost, declareRunFlags, flag, type RunFlags, toPlan } from './run-flags.ts'
import { declareServerFlags, type ServerFlags, serverSideOf } from './server-flags.ts'
import { shell } from './shell.ts'
import { UsageError } from './usage-error.ts'
import { parsePort, parseToken } from './values.ts'

const AFTER_HELP = `
The load that is given fills the form; nothing runs before it is started there.

Examples:
  proctor ui load-tests/students.ts -H http://127.0.0.1:5000 -u 50 -r 5 -t 60s
  proctor ui my-test.ts -H http://10.0.0.5:5000 --web-host 0.0.0.0`

interface UiFlags extends RunFlags, ServerFlags {
  webHost: string
  webPort: number
  webToken?: string
  webOpen?: true
  allowHost?: string[]
  fresh?: string
}

/** `proctor ui`: the page, until Ctrl-C. */
export function uiCommand(machine: Machine): Command {
  const command = new Command('ui')
    .usage('<scenario> [user classes] -H <url> [options]')
    .summary('a web page to start, watch and steer runs')
    .description('Serves a page on this machine, from which runs are started, watched, steered and stopped.')
    .addHelpText('after', AFTER_HELP)
  return declareUiFlags(declareServerFlags(declareRunFlags(command)))
    .helpOption('-h, --help', 'show this help')
    .action(async (scenario: string | undefined, classes: string[], flags: UiFlags) => {
      await serve(machine, scenario === undefined ? [] : [scenario, ...classes], flags)
    })
}

function declareUiFlags(command: Command): Command {
  return command
    .optionsGroup('Page:')
    .option(
      '--web-host <address>',
      'where to listen; beyond this machine the page asks for a token',
      '127.0.0.1',
    )
    .addOption(flag('--web-port <port>', 'port of the page', parsePort).default(8089))
    .addOption(flag('--web-token <token>', 'the token, instead of one made anew', parseToken))
    .option('--web-open', 'no token: whoever reaches the page may run loads from this machine')
    .option(
      '--allow-host <url>',
      'another service that the page may aim at; may be given again',
      (url: string, before: string[] | undefined) => [...(before ?? []), checkedHost(url)],
    )
    .option(
      '--fresh <command>',
      'gives the service a fresh start, such as an empty database: a button of the page',
    )
}

async function serve(machine: Machine, positionals: readonly string[], flags: UiFlags): Promise<void> {
  const plan = toPlan(machine.cwd, positionals, flags)
  const files = requiredPage()
  const inHistory: WithHistory = (work) =>
    flags.history === false ? work(undefined) : withHistory(machine, { history: flags.history }, work)
  const elsewhere =
    flags.history === false ? undefined : new ViewMaker(path.resolve(machine.cwd, flags.history))
  const views = new KeptViews(inHistory, analyse, elsewhere)
  const control = new RunControl({
    clock: machine.clock,
    findingsOf: ({ record }) => analyse(record),
    kept: (end, findings) => views.keep(end, findings),
    keeperOf: (say) => keeperOf(machine, flags, say),
    serverSideOf: (say) => serverSideOf(machine, flags, flags.redact, say),
  })
  // What is wrong with these flags is said now, not when a run begins.
  serverSideOf(machine, flags, flags.redact, () => {})
  const token = tokenOf(flags)
  const hosts = [plan.host, ...(flags.allowHost ?? [])]
  const { fresh } = flags
  const server = new PageServer({
    webHost: flags.webHost,
    webPort: flags.webPort,
    token,
    files,
    clock: machine.clock,
    control,
    state: () =>
      stateOf(plan, {
        hosts,
        canRefresh: fresh !== undefined,
        fields: fieldsOfPlan(plan, flags),
      }),
    planOf: (fields) => aimedPlan(machine.cwd, plan, hosts, fields),
    withHistory: inHistory,
    views,
    refresh: fresh === undefined ? undefined : () => shell(fresh, machine.cwd),
  })
  const [own, ...others] = await listening(server, flags)
  const ending = token === undefined ? '/' : `/#token=${token}`
  machine.stdout.write(`Proctor is at ${own}${ending}\n`)
  if (others.length > 0) {
    machine.stdout.write(`From other machines: ${others.map((url) => `${url}${ending}`).join(' or ')}\n`)
  }
  machine.stdout.write('Ctrl-C stops it.\n')
  await interrupted(machine)
  if (control.isUnderWay)
    machine.stdout.write('Stopping: waiting for the requests under way. Ctrl-C again leaves at once.\n')
  await control.close()
  await server.close()
}

function tokenOf({ webHost, webToken, webOpen }: UiFlags): string | undefined {
  if (webToken !== undefined && webOpen) throw new UsageError('expected --web-token or --web-open, got both')
  if (webToken !== undefined) return webToken
  return isLoopback(webHost) || webOpen ? undefined : newToken()
}

/** The scenario is read anew each time: people edit it between two runs. */
async function stateOf(
  plan: Plan,
  rest: Pick<PageState, 'hosts' | 'canRefresh' | 'fields'>,
): Promise<PageState> {
  const state = {
    version: PROCTOR_VERSION,
    scenario: path.basename(plan.scenario),
    host: plan.host,
    ...rest,
  }
  try {
    const {
      users,
      thresholds,
      shape,
      arguments: args = [],
    } = await inspectScenario(plan.scenario, plan.selection)
    const conditions = thresholds.map(({ expression }) => expression)
    return {
      ...state,
      users,
      thresholds: conditions,
      hasShape: shape !== null,
      arguments: args,
      trouble: null,
    }
  } catch (error) {
    return {
      ...state,
      users: [],
      thresholds: [],
      arguments: [],
      hasShape: false,
      trouble: (error as Error).message,
    }
  }
}

/** Whoever reaches the page must not load a stranger's service from here. */
function aimedPlan(cwd: string, started: Plan, hosts: string[], fields: Fields): Plan {
  const plan = planOfForm(cwd, started, fields)
  if (hosts.includes(plan.host)) return plan
  throw new PageError(
    'host-not-allowed',
    `--host: expected ${hosts.join(' or ')}, got ${plan.host}; start with --allow-host to aim there`,
  )
}

async function listening(server: PageServer, { webHost, webPort }: UiFlags): Promise<[string, ...string[]]> {
  try {
    return await server.listen()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE') {
      throw new UsageError(
        `port ${webPort} is in use: stop what listens there, or pass --web-port ${webPort + 1}`,
      )
    }
    throw new UsageError(`--web-host: can't listen on ${webHost}: ${message}`)
  }
}

/** Resolves at the first Ctrl-C; the second leaves at once. */
function interrupted(machine: Machine): Promise<void> {
  return new Promise((resolve) => {
    let onInterrupt = (): void => {
      onInterrupt = () => machine.exit(EXIT.interrupted)
      resolve()
    }
    machine.onInterrupt(() => onInterrupt())
  })
}
