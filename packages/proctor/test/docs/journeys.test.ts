import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { RequestListener, Server } from 'node:http'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { WebSocketServer } from 'ws'
import { cli } from '../../src/cli/cli.ts'
import { FakeMachine } from '../cli/fake-machine.ts'
import { loopback } from '../engine/loopback.ts'

const ROOT = new URL('../../../../', import.meta.url).pathname
const PAGE = readFileSync(join(ROOT, 'docs/journeys.md'), 'utf8')

/** Blocks of TypeScript; what a table shows as one line of code becomes a task of a user. */
const BLOCKS = [...PAGE.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code!)

/** Within the package, where `proctor` is what the compiler finds. */
const folder = mkdtempSync(join(ROOT, 'packages/proctor/test/docs/blocks-'))
after(() => rmSync(folder, { recursive: true }))

const files = BLOCKS.map((code, index) => {
  const own = join(folder, String(index))
  mkdirSync(own)
  writeFileSync(join(own, 'people.csv'), 'name,email\nAda,ada@x\nBob,bob@x\n')
  writeFileSync(join(own, 'words.ndjson'), '{"word":"tea"}\n{"word":"rice"}\n')
  writeFileSync(join(own, 'prices.json'), '[1, 2, 3]')
  const file = join(own, 'block.ts')
  writeFileSync(file, code)
  return file
})

/** A service as small as the examples need it. */
const answer: RequestListener = ({ method, url = '' }, reply) => {
  const status = url === '/missing' ? 404 : method === 'DELETE' ? 204 : 200
  const isList = method === 'GET' && url.startsWith('/students') && !/^\/students\/\d/.test(url)
  reply.writeHead(status, { 'content-type': 'application/json' })
  reply.end(status === 204 ? undefined : JSON.stringify(isList ? [{ id: 1 }] : { id: 1 }))
}

/** Its WebSockets say what they are told. */
function echo(server: Server): void {
  const endpoint = new WebSocketServer({ server })
  endpoint.on('connection', (socket) => socket.on('message', (data: Buffer) => socket.send(data.toString())))
}

describe('docs/journeys.md', { concurrency: 2 }, () => {
  test('every block is well typed', () => {
    const options = { extends: join(ROOT, 'tsconfig.node.json'), include: [`${folder}/**/*.ts`], exclude: [] }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(options))
    const tsc = join(ROOT, 'node_modules/.bin/tsc')
    execFileSync(tsc, ['-p', folder], { encoding: 'utf8', stdio: 'pipe' })
  })

  test('what the table calls Proctor’s way stands in a block, or is a flag', async () => {
    const machine = new FakeMachine(['run', '--help'])
    await cli(machine)
    const shown = BLOCKS.join('\n')
    const rows = [...PAGE.matchAll(/^\| .+ \| .+ \| (.+) \|$/gm)].map(([, way]) => way!)
    assert.ok(rows.length > 38, `${rows.length} rows`)
    const codes = rows.flatMap((way) => [...way.matchAll(/(`+)(.+?)\1/g)].map(([, , code]) => code!.trim()))
    const words = new Set(codes.flatMap((code) => code.match(/--?[a-zA-Z][\w-]*|[a-zA-Z]\w{2,}/g) ?? []))
    const missing = [...words].filter(
      (word) => !(word.startsWith('-') ? machine.stdout.text : shown).includes(word),
    )
    assert.deepEqual(missing, [])
  })

  for (const [index, file] of files.entries()) {
    test(`block ${index + 1} runs without a failure: ${/export const (\w+)/.exec(BLOCKS[index]!)?.[1]}`, async (t) => {
      const { host, seen, server } = await loopback(t, answer)
      echo(server)
      const args = [
        'run',
        file,
        '-H',
        host,
        '-u',
        '2',
        '-r',
        '100',
        '--iterations',
        '6',
        '-t',
        '30s',
        '--seed',
        '7',
        '--threads',
        '1',
        '--no-history',
      ]
      const machine = new FakeMachine(args, { cwd: folder })
      assert.equal(await cli(machine), 0, machine.stdout.text + machine.stderr.text)
      assert.ok(seen.length > 0)
    })
  }
})
