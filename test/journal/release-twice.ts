import * as fs from 'node:fs'
import { join } from 'node:path'
import { batchOf, minuteMs, reopen, start, tempDirectory } from './journal-fixture.ts'

/*
 * A program: releases a minute while no descriptor is left, and again when there are some. Writes how many
 * segments there are before, between and after. To be run with a small limit of open files.
 */

using directory = tempDirectory()
const { journal } = await reopen(directory.path)
await journal.append(batchOf(1))
await journal.append(batchOf(2, { receivedMs: start + minuteMs }))
const count = (): number =>
  fs.readdirSync(join(directory.path, 'journal')).filter((name) => name.endsWith('.seg')).length
const counts = [count()]
const taken: number[] = []
try {
  for (;;) taken.push(fs.openSync('/dev/null', 'r'))
} catch {
  // There is none left.
}
await journal.releaseThrough(Math.floor(start / minuteMs))
for (const descriptor of taken) fs.closeSync(descriptor)
counts.push(count())
await journal.releaseThrough(Math.floor(start / minuteMs))
counts.push(count())
await journal[Symbol.asyncDispose]()
process.stdout.write(counts.join(' '))
