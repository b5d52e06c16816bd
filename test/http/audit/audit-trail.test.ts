import { expect, test } from 'bun:test'
import pino from 'pino'
import { AuditTrail, commandLine } from '../../../src/http/audit/audit-trail.ts'
import { TestNode } from '../../ingest/open-node.ts'
import { readPages } from '../../ingest/read-pages.ts'
import { clockAt, minuteMs, pass, tempDirectory } from '../../server/in-process.ts'

test('what the journal does not take waits, in its order, and the log has it at once', async () => {
  using directory = tempDirectory()
  const clock = clockAt('2026-11-22T12:34:30Z')
  let isBroken = true
  const node = await TestNode.open(directory.path, clock, [], () => isBroken)
  const logged: string[] = []
  const log = pino({ base: null }, { write: (line: string) => logged.push(line) })
  const trail = new AuditTrail({ ingest: node.ingest, nowMs: () => clock.wallMs, log })
  const act = (n: number): Promise<void> => trail.act('pages dropped', commandLine, { n })
  await act(0)
  await act(1)
  expect(logged.filter((line) => line.includes('"audit":"pages dropped"'))).toHaveLength(2)
  isBroken = false
  await act(2)
  // Beyond so many only the log has them.
  isBroken = true
  await Promise.all(Array.from({ length: 1_100 }, (_, i) => act(3 + i)))
  isBroken = false
  await trail.flush()
  await node.stop()
  pass(clock, minuteMs)
  const [page] = await readPages(directory.path, clock, [])
  const numbers = page?.events.map(({ n }) => n) ?? []
  expect(numbers.slice(0, 5)).toEqual([0, 1, 2, 3, 4])
  expect(numbers).toHaveLength(3 + 1_000)
  expect(logged.filter((line) => line.includes('"audit":'))).toHaveLength(3 + 1_100)
})
