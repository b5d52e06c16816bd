import { afterAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { bytesOf, readTrace, straceTo, type SystemCall } from '../fault/system-calls.ts'
import { buildClient, runProgram, runtimes } from './runtimes.ts'
import { spoolDirectory } from './spool-directory.ts'

/* What is on disk for certain when a call returns, as the system calls tell. */

const client = buildClient()
afterAll(() => client[Symbol.dispose]())

const hasStrace = Bun.which('strace') !== null
const traced = ['write', 'pwrite64', 'pwritev', 'writev', 'fsync', 'fdatasync']

/** What a call is to this test: of a segment, its directory, or a line on standard output. */
function stepOf(call: SystemCall, spool: string): string | null {
  const { name, path } = call
  const isSync = name.endsWith('sync')
  if (path === spool && isSync) return 'sync directory'
  if (path.endsWith('.seg')) return isSync ? 'sync segment' : 'write'
  const said = call.descriptor === 1 ? bytesOf(call).toString() : ''
  return /^(returned|idle)/.test(said) ? said.trim() : null
}

describe.skipIf(!hasStrace)('an event of a spool', () => {
  for (const [runtime, command] of runtimes) {
    test(`is synced at once from error on, and soon otherwise (${runtime})`, async () => {
      using spool = spoolDirectory()
      using scratch = spoolDirectory()
      const trace = join(scratch.path, 'trace')
      const options = { spool: spool.path, syncEveryMs: 100 }
      const strace = [...straceTo(trace, traced), command]
      await runProgram(strace, client.path, 'sync', options).end
      const steps = readTrace(trace)
        .map((call) => stepOf(call, spool.path))
        .filter((step) => step !== null)
      const wanted = [
        // The segment's head, then its first event.
        ['write', 'write', 'returned info'],
        ['write', 'sync segment', 'sync directory', 'returned error'],
        ['write', 'returned warn'],
        ['write', 'sync segment', 'returned crit'],
        ['write', 'returned info'],
        ['sync segment', 'idle'],
      ]
      expect(steps).toEqual(wanted.flat())
    }, 30_000)
  }
})
