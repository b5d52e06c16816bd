import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** A segment file, as its name tells it. */
export interface SegmentFile {
  readonly path: string
  readonly name: string
  /** When it was begun, milliseconds since the epoch. */
  readonly createdMs: number
  /** Who wrote it: 16 hex digits. */
  readonly producer: string
  /** Its place among the segments of its producer, from 0. */
  readonly number: number
}

const shape = /^([0-9a-f]{12})-([0-9a-f]{16})-([0-9a-f]{8})\.seg$/

/** `<created>-<producer>-<number>.seg`, all in hex: names sort as segments were begun. */
export function segmentName(createdMs: number, producer: string, number: number): string {
  const created = Math.max(0, createdMs).toString(16).padStart(12, '0')
  return `${created}-${producer}-${number.toString(16).padStart(8, '0')}.seg`
}

/** Null for a name of something else. */
export function parseSegmentName(directory: string, name: string): SegmentFile | null {
  const match = shape.exec(name)
  if (match === null) return null
  return {
    path: join(directory, name),
    name,
    createdMs: Number.parseInt(match[1] ?? '', 16),
    producer: match[2] ?? '',
    number: Number.parseInt(match[3] ?? '', 16),
  }
}

/**
 * The segments of a spool: those of one producer in their order, producers by when they began what is left
 * of theirs. Empty when there is no such directory.
 */
export function listSegments(directory: string): SegmentFile[] {
  const files = namesIn(directory)
    .map((name) => parseSegmentName(directory, name))
    .filter((file) => file !== null)
  const began = new Map<string, number>()
  for (const { producer, createdMs } of files) {
    began.set(producer, Math.min(began.get(producer) ?? createdMs, createdMs))
  }
  const startOf = (file: SegmentFile): number => began.get(file.producer) ?? 0
  return files.sort(
    (a, b) => startOf(a) - startOf(b) || compareText(a.producer, b.producer) || a.number - b.number,
  )
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The names in a directory; none when there is no such directory. */
export function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
