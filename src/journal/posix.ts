import { dlopen, ptr } from 'bun:ffi'
import { ftruncateSync } from 'node:fs'

/*
 * The two calls of POSIX that the runtime does not offer. Linux has both in libc (glibc or musl), macOS
 * has no posix_fallocate: there a file is only extended, and its blocks are found when it is written.
 */

const lockExclusive = 2
const lockNonBlocking = 4

interface Libc {
  flock(fd: number, operation: number): number
  fallocate: ((fd: number, offset: number, bytes: number) => number) | null
}

function openLibc(): Libc {
  if (process.platform === 'darwin') {
    const { symbols } = dlopen('libSystem.B.dylib', {
      flock: { args: ['i32', 'i32'], returns: 'i32' },
    })
    return { flock: symbols.flock, fallocate: null }
  }
  const name = ['libc.so.6', 'libc.so'].find((candidate) => canOpen(candidate)) ?? 'libc.so.6'
  const { symbols } = dlopen(name, {
    flock: { args: ['i32', 'i32'], returns: 'i32' },
    posix_fallocate: { args: ['i32', 'i64', 'i64'], returns: 'i32' },
  })
  const fallocate = (fd: number, offset: number, bytes: number): number =>
    symbols.posix_fallocate(fd, BigInt(offset), BigInt(bytes))
  return { flock: symbols.flock, fallocate }
}

function canOpen(name: string): boolean {
  try {
    dlopen(name, { flock: { args: ['i32', 'i32'], returns: 'i32' } }).close()
    return true
  } catch {
    return false
  }
}

const libc = openLibc()

/** Takes the kernel's exclusive lock of an open file; false when another process holds it. */
export function lockFile(fd: number): boolean {
  return libc.flock(fd, lockExclusive | lockNonBlocking) === 0
}

/**
 * Reserves the blocks of a file's first `bytes`, so that a later write of them needs no metadata and
 * cannot find the disk full. Throws an error with `code` ENOSPC when there is no room.
 */
export function preallocate(fd: number, bytes: number): void {
  const enospc = 28
  const failure = libc.fallocate?.(fd, 0, bytes) ?? 0
  if (failure === 0 && libc.fallocate !== null) return
  if (failure === enospc) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' })
  ftruncateSync(fd, bytes)
}

/** Bytes whose address is a multiple of `alignment`, as writes past the page cache demand. */
export function alignedBuffer(bytes: number, alignment: number): Buffer {
  const raw = Buffer.allocUnsafeSlow(bytes + alignment)
  const skip = (alignment - (Number(ptr(raw)) % alignment)) % alignment
  return raw.subarray(skip, skip + bytes)
}
