/**
 * Is what was answered 201 there after a crash? `node test-long/durability.ts [kills] [--hasty]`: 20 kills of the
 * service under 50 clients; with `--hasty`, of one that answers before it commits, which must not pass.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { proveDurability } from './durability-proof.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { hasty: { type: 'boolean' } } })
const [honest, hasty] = [
  new URL('../src/main.ts', import.meta.url),
  new URL('./hasty-main.ts', import.meta.url),
]
const folder = mkdtempSync(join(tmpdir(), 'students-api-durability-'))
try {
  const { acknowledged, unanswered, violations } = await proveDurability({
    main: fileURLToPath(values.hasty ? hasty : honest),
    folder,
    kills: Number(positionals[0] ?? 20),
    connections: 50,
    killAfterMs: [500, 3000],
    random: Math.random,
    progress: console.log,
  })
  for (const violation of violations.slice(0, 20)) console.log(violation)
  console.log(
    `${acknowledged} acknowledged, ${unanswered} unanswered at a kill, ${violations.length} violations`,
  )
  process.exitCode = violations.length === 0 ? 0 : 1
} finally {
  rmSync(folder, { recursive: true })
}
