import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { addSighting, type CatalogueEntry, newEntry } from '../../src/book/catalogue-entry.ts'
import { CatalogueReader } from '../../src/book/catalogue-reader.ts'
import { LmdbReader } from '../../src/book/lmdb-reader.ts'
import { verifyBook } from '../../src/book/verify.ts'
import { openWriter } from '../query/book-fixture.ts'
import { tempDirectory } from '../server/in-process.ts'
import { makeRandom } from './load.ts'

/*
 * A writer is killed with SIGKILL at random points between its commits, over and over: the catalogue must
 * then hold what the pages do. MINUTEBOOK_TEST_SEED repeats a run.
 */
const kills = 25
const seed = Number(process.env['MINUTEBOOK_TEST_SEED'] ?? Date.now() % 1_000_000)
const lifeMsMax = 60
const first = 29_000_160

test(`${kills} times killed (seed ${seed}), the catalogue counts every page exactly once`, async () => {
  using data = tempDirectory()
  const book = join(data.path, 'book')
  const random = makeRandom(seed)
  for (let kill = 0; kill < kills; kill++) {
    const script = join(import.meta.dir, 'catalogue-loop.ts')
    const loop = Bun.spawn([process.execPath, script, book, String(first)], { stderr: 'inherit' })
    // Every other life is spared until it has written a page, however busy the machine is.
    await readUntil(loop.stdout, kill % 2 === 0 ? 'page' : 'ready')
    await Bun.sleep(random(lifeMsMax))
    loop.kill('SIGKILL')
    await loop.exited
  }
  {
    using writer = openWriter(book)
    while (writer.catchUp().isBehind);
    expect(writer.catchUp().aside).toEqual([])
  }
  using catalogue = new CatalogueReader(book)
  const expected = countedPages(book)
  const found = catalogue.view()?.entries() ?? []
  expect(sorted(found)).toEqual(sorted(expected.entries))
  expect(expected.pages).toBeGreaterThanOrEqual(kills / 2)
  expect((await verifyBook(book, () => {})).findings).toEqual([])
}, 120_000)

async function readUntil(stream: ReadableStream<Uint8Array>, wanted: string): Promise<void> {
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  for (let text = ''; !text.includes(wanted);) {
    const { done, value } = await reader.read()
    if (done) throw new Error(`ended before it said ${wanted}: ${text}`)
    text += decoder.decode(value, { stream: true })
  }
}

/** The catalogue as all pages together make it. */
function countedPages(book: string): { pages: number; entries: CatalogueEntry[] } {
  const entries = new Map<string, CatalogueEntry>()
  let pages = 0
  using reader = new LmdbReader({ directory: book })
  const range = { from: first, through: 0xffff_fffe, limit: 1_000_000, order: 'asc' } as const
  for (const { minute } of reader.summaries(range)) {
    pages++
    for (const [facility, events] of reader.tally(minute)?.facilities ?? []) {
      for (const [event, tally] of events) {
        const name = `${facility}\n${event}`
        const known = entries.get(name)
        if (known === undefined) entries.set(name, newEntry(facility, event, minute, tally))
        else addSighting(known, minute, tally)
      }
    }
  }
  return { pages, entries: [...entries.values()] }
}

function nameOf({ facility, event }: CatalogueEntry): string {
  return `${facility}\n${event}`
}

function sorted(entries: readonly CatalogueEntry[]): CatalogueEntry[] {
  return entries.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
}
