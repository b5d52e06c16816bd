import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AsideReport, JournalBatch } from '../../src/journal/contract.ts'
import { openJournal } from '../../src/journal/open-journal.ts'

export interface TempDirectory extends Disposable {
  readonly path: string
}

export function tempDirectory(): TempDirectory {
  const path = mkdtempSync(join(tmpdir(), 'minutebook-journal-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

export const minuteMs = 60_000
export const start = 29_000_000 * minuteMs

export function batchOf(sequence: number, changes: Partial<JournalBatch> = {}): JournalBatch {
  return {
    sequence,
    receivedMs: start + sequence,
    form: { format: 'json', encoding: 'identity', strict: false },
    key: null,
    decodedBytes: 10 + sequence,
    accepted: 1,
    rejected: 0,
    decoderVersion: 1,
    body: new TextEncoder().encode(`{"batch":${sequence}}`),
    ...changes,
  }
}

/** Opens a journal and says what it replayed and set aside. */
export async function reopen(
  directory: string,
  closedThrough: number | null = null,
  refuse: (batch: JournalBatch) => string | null = () => null,
) {
  const batches: JournalBatch[] = []
  const aside: AsideReport[] = []
  const opened = await openJournal({
    directory: join(directory, 'journal'),
    closedThrough,
    sink: {
      async batch(batch) {
        const reason = refuse(batch)
        if (reason === null) batches.push({ ...batch, body: new Uint8Array(batch.body) })
        return reason
      },
    },
    onAside: (report) => aside.push(report),
    onCommit: null,
  })
  return { ...opened, batches, aside }
}
