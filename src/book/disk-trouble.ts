import { statfsSync } from 'node:fs'

export type TroubleKind = 'disk-full' | 'io-error'

export interface Trouble {
  readonly kind: TroubleKind
  readonly detail: string
}

/** The disk did not do what it was asked; nothing was changed, and asking again may succeed. */
export class DiskTrouble extends Error implements Trouble {
  readonly kind: TroubleKind
  readonly detail: string
  constructor(kind: TroubleKind, detail: string) {
    super(detail)
    this.name = 'DiskTrouble'
    this.kind = kind
    this.detail = detail
  }
}

/**
 * LMDB says EIO on a full disk and may leave pages of zeros behind a failed write, so free space is looked
 * at first. Throws DiskTrouble. 2 µs.
 */
export function requireSpace(directory: string, bytes: number): void {
  const free = freeBytes(directory)
  if (free >= bytes) return
  throw new DiskTrouble('disk-full', `${free} bytes are free in ${directory}, ${bytes} are needed`)
}

export function hasSpace(directory: string, bytes: number): boolean {
  return freeBytes(directory) >= bytes
}

/** Runs an operation on the disk; what LMDB or the file system throws comes out as DiskTrouble. */
export function onDisk<T>(directory: string, bytes: number, action: () => T): T {
  try {
    return action()
  } catch (error) {
    throw asTrouble(error, directory, bytes) ?? error
  }
}

/** POSIX numbers as LMDB gives them: EIO, ENOMEM, ENOSPC, EROFS, EDQUOT; its own: map full, panic. */
const lmdbCodes = new Set([5, 12, 28, 30, 122, -30792, -30795])
const systemCodes = new Set(['EIO', 'ENOSPC', 'EDQUOT', 'EROFS', 'EMFILE', 'ENFILE', 'ENOMEM'])
const fullCodes = new Set<unknown>([28, 122, 'ENOSPC', 'EDQUOT'])

function asTrouble(error: unknown, directory: string, bytes: number): DiskTrouble | null {
  if (error instanceof DiskTrouble) return error
  if (!(error instanceof Error) || !('code' in error)) return null
  const { code, message } = error
  const known =
    (typeof code === 'number' && lmdbCodes.has(code)) ||
    (typeof code === 'string' && systemCodes.has(code))
  if (!known) return null
  const isFull = fullCodes.has(code) || freeBytes(directory) < bytes
  return new DiskTrouble(isFull ? 'disk-full' : 'io-error', `${directory}: ${message}`)
}

function freeBytes(directory: string): number {
  const { bavail, bsize } = statfsSync(directory)
  return bavail * bsize
}
