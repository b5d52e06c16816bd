import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { recover, type Recovered, type RecoveryOptions } from './recovery.ts'
import { SegmentJournal, type SegmentJournalOptions } from './segment-journal.ts'
import { syncDirectory } from './segment.ts'

export interface OpenJournalOptions extends RecoveryOptions {
  readonly onCommit: SegmentJournalOptions['onCommit']
}

/**
 * Opens the journal of a directory, made if need be: replays what is not a page yet through the sink,
 * then takes batches. Throws NewerJournalFormat, and what the system says of the directory.
 */
export async function openJournal(
  options: OpenJournalOptions,
): Promise<{ journal: SegmentJournal; recovered: Recovered }> {
  mkdirSync(options.directory, { recursive: true, mode: 0o750 })
  syncDirectory(dirname(options.directory))
  const recovered = await recover(options)
  const { directory, onCommit } = options
  return { journal: new SegmentJournal({ directory, onCommit }, recovered.segments), recovered }
}
