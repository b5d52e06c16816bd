import * as fs from 'node:fs'
import { join } from 'node:path'
import { preallocate } from './posix.ts'

/** One segment file: the frames of one minute, or some of them, in order. */
export interface SegmentName {
  readonly minute: number
  /** Position among the minute's segments, from 0. */
  readonly number: number
}

/** `01c8f3aa-0003.seg`: names sort as the segments were written. */
export function segmentFile(name: SegmentName): string {
  const minute = name.minute.toString(16).padStart(8, '0')
  return `${minute}-${name.number.toString(16).padStart(4, '0')}.seg`
}

export function parseSegmentFile(file: string): SegmentName | null {
  const match = /^([0-9a-f]{8})-([0-9a-f]{4,})\.seg$/.exec(file)
  if (match === null) return null
  return {
    minute: Number.parseInt(match[1] ?? '', 16),
    number: Number.parseInt(match[2] ?? '', 16),
  }
}

/** The segments of a directory, oldest first. */
export function listSegments(directory: string): SegmentName[] {
  return fs
    .readdirSync(directory)
    .map(parseSegmentFile)
    .filter((name) => name !== null)
    .toSorted((a, b) => a.minute - b.minute || a.number - b.number)
}

export interface OpenSegment {
  readonly name: SegmentName
  readonly path: string
  readonly fd: number
  readonly bytes: number
}

/**
 * Makes a segment of `bytes` zeros whose blocks are reserved, and syncs it and its directory, so that a
 * later fdatasync of a frame is all that frame needs. Throws what the system said.
 */
export function createSegment(directory: string, name: SegmentName, bytes: number): OpenSegment {
  const path = join(directory, segmentFile(name))
  const fd = openDirect(path)
  try {
    preallocate(fd, bytes)
    fs.fsyncSync(fd)
    syncDirectory(directory)
  } catch (error) {
    fs.closeSync(fd)
    fs.rmSync(path, { force: true })
    throw error
  }
  return { name, path, fd, bytes }
}

/**
 * Opens a new file for writes past the page cache where the file system can do that: half the CPU of a
 * buffered write, and no dirty pages for a later sync to wait for. Elsewhere (an old tmpfs) as usual.
 */
function openDirect(path: string): number {
  const flags = fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_EXCL
  try {
    return fs.openSync(path, flags | (fs.constants.O_DIRECT ?? 0), 0o640)
  } catch (error) {
    const refused = error instanceof Error && 'code' in error && error.code === 'EINVAL'
    if (!refused) throw error
    fs.rmSync(path, { force: true })
    return fs.openSync(path, flags, 0o640)
  }
}

export function syncDirectory(directory: string): void {
  const fd = fs.openSync(directory, 'r')
  try {
    fs.fsyncSync(fd)
  } finally {
    fs.closeSync(fd)
  }
}
