import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SyscallTrace } from '../test-long/syscall-trace.ts'

const answer = '2 write(20<socket:[9]>, "HTTP/1.1 201 Cre"..., 400) = 400'
const sync = '1 fdatasync(7</data/pg_wal/0001>) = 0'

const traces: Record<string, { lines: string[]; synced: number }> = {
  'a sync, then the answer': { lines: [sync, answer], synced: 1 },
  'no sync': { lines: [answer], synced: 0 },
  'a sync too late': { lines: [answer, sync], synced: 0 },
  'one sync for two answers': { lines: [sync, answer, answer], synced: 1 },
  'a sync that fails': { lines: [sync.replace('= 0', '= -1 EIO (Input/output error)'), answer], synced: 0 },
  'a sync of another file': { lines: [sync.replace('pg_wal', 'base'), answer], synced: 0 },
  'a sync that another process came between': {
    lines: [
      '1 fdatasync(7</data/pg_wal/0001> <unfinished ...>',
      '3 write(2, "x", 1) = 1',
      '1 <... fdatasync resumed>) = 0',
      answer,
    ],
    synced: 1,
  },
  'an answer that begins before the sync is done, and ends after': {
    lines: [
      '1 fdatasync(7</data/pg_wal/0001> <unfinished ...>',
      '2 write(20<socket:[9]>, "HTTP/1.1 201 Cre"..., 400 <unfinished ...>',
      '1 <... fdatasync resumed>) = 0',
      '2 <... write resumed>) = 400',
    ],
    synced: 0,
  },
}

for (const [name, { lines, synced }] of Object.entries(traces)) {
  test(`the order of system calls: ${name}`, () => {
    const answers = lines.filter((line) => line.includes('HTTP/1.1')).length
    assert.deepEqual(new SyscallTrace(lines).answersAfterSync(/\/pg_wal\//), { answers, synced })
  })
}
