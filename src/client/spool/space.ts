import { readFileSync, renameSync, statSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { readSegmentBytes } from './segment-frames.ts'
import { listSegments, namesIn, type SegmentFile } from './segment-name.ts'

/** Bytes of all files of a spool, those set aside too. */
export function spoolBytes(directory: string): number {
  let bytes = 0
  for (const name of namesIn(directory)) bytes += bytesOf(join(directory, name))
  return bytes
}

/** 0 for a file that a forwarder has deleted meanwhile. */
export function bytesOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

/** What an older segment held when it was given up for space. */
export interface DeletedSegment {
  readonly bytes: number
  readonly events: number
}

/**
 * Deletes the oldest segment that no one writes to; null when there is none. What counts as written to is
 * the last segment of each producer.
 */
export function deleteOldest(directory: string): DeletedSegment | null {
  const segments = listSegments(directory)
  const oldest = segments
    .filter((segment, i) => segments[i + 1]?.producer === segment.producer || isEnded(segment))
    .reduce<SegmentFile | null>(
      (first, next) => (first === null || next.createdMs < first.createdMs ? next : first),
      null,
    )
  if (oldest === null) return null
  const bytes = bytesOf(oldest.path)
  const events = countEvents(oldest)
  unlinkIfThere(oldest.path)
  return { bytes, events }
}

function isEnded(segment: SegmentFile): boolean {
  return contentOf(segment)?.ending === 'ended'
}

function countEvents(segment: SegmentFile): number {
  return contentOf(segment)?.batches.reduce((sum, batch) => sum + batch.events, 0) ?? 0
}

function contentOf(segment: SegmentFile) {
  try {
    return readSegmentBytes(readFileSync(segment.path), segment.producer)
  } catch {
    return null
  }
}

/** Deletes a file that someone else may have deleted already. */
export function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}

/** Keeps a segment that cannot be read to its end for whoever looks into it; its name no longer counts. */
export function setAside(segment: SegmentFile): string {
  const path = `${segment.path}.corrupt`
  renameSync(segment.path, path)
  return path
}
