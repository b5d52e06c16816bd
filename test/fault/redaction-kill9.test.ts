import { expect, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { LmdbReader } from '../../src/book/lmdb-reader.ts'
import { verifyBook } from '../../src/book/verify.ts'
import { eventsIn } from '../book/redaction-fixture.ts'
import { openWriter, plainEvents, writePage } from '../query/book-fixture.ts'
import { tempDirectory } from '../server/in-process.ts'
import { makeRandom } from './load.ts'

/*
 * A writer is killed with SIGKILL at random points of its redactions, over and over: each day must then be as it was
 * or as it was to be. MINUTEBOOK_TEST_SEED repeats a run.
 */
const killsMax = 12
const seed = Number(process.env['MINUTEBOOK_TEST_SEED'] ?? Date.now() % 1_000_000)
const lifeMsMax = 250
const first = 29_000_160
const days = [0, 1].map((day) => [0, 1, 60, 61].map((each) => first + day * 1_440 + each))

test(`killed while it removes events (seed ${seed}), a day is never half redacted`, async () => {
  using data = tempDirectory()
  const book = join(data.path, 'book')
  const original = write(book)
  const random = makeRandom(seed)
  let kills = 0
  for (let isDone = false; !isDone && kills < killsMax;) {
    const script = join(import.meta.dir, 'redaction-loop.ts')
    const loop = Bun.spawn([process.execPath, script, book], { stdout: 'pipe', stderr: 'inherit' })
    const output = loop.stdout.getReader()
    await output.read()
    await Bun.sleep(random(lifeMsMax))
    if (loop.exitCode === null) loop.kill('SIGKILL')
    await loop.exited
    isDone = loop.exitCode === 0
    if (!isDone) kills++
    openWriter(book)[Symbol.dispose]()
    expect(readdirSync(book).filter((name) => /\.g\d+$/.test(name))).toHaveLength(days.length)
    expect((await verifyBook(book, () => {})).findings).toEqual([])
    using reader = new LmdbReader({ directory: book })
    for (const minutes of days) expectOneState(reader, minutes, original)
  }
  expect(kills).toBeGreaterThan(1)
}, 120_000)

function write(book: string): Map<number, ReturnType<typeof eventsIn>> {
  {
    using writer = openWriter(book)
    for (const minute of days.flat()) {
      const blocks = [plainEvents(minute, 800), plainEvents(minute, 400, 800)]
      writePage(writer, { minute, blocks })
    }
    // Its making is not what is tested here.
    while (writer.catchUp().isBehind);
  }
  using reader = new LmdbReader({ directory: book })
  return new Map(days.flat().map((minute) => [minute, eventsIn(reader, minute)]))
}

/** All pages of a day have lost the same levels, and nothing else. */
function expectOneState(
  reader: LmdbReader,
  minutes: readonly number[],
  original: ReturnType<typeof write>,
): void {
  const [any = 0] = minutes
  const highest = Math.max(...(eventsIn(reader, any) ?? []).map(({ level }) => level))
  for (const minute of minutes) {
    const left = original.get(minute)?.filter(({ level }) => level <= highest) ?? []
    expect(left.length).toBeGreaterThan(0)
    expect(eventsIn(reader, minute)).toEqual(left)
  }
}
