import { dlopen } from 'bun:ffi'

/** Of the calling thread: `who` 0 is the thread, not the process, on Linux (sched(7)). */
const priorityOfProcess = 0

/** Where the C library may be: glibc, then musl. */
const libraries = ['libc.so.6', 'libc.musl-x86_64.so.1', 'libc.musl-aarch64.so.1'] as const

/**
 * Makes the calling thread give way to the others: `nice` 1 to 19, as in nice(1). False where the system does
 * not allow it for one thread; then the threads share the processors evenly.
 */
export function lowerPriority(nice: number): boolean {
  if (process.platform !== 'linux') return false
  for (const library of libraries) {
    const done = setPriority(library, nice)
    if (done !== null) return done
  }
  return false
}

/** Null: there is no such library. */
function setPriority(library: string, nice: number): boolean | null {
  try {
    const { symbols, close } = dlopen(library, {
      setpriority: { args: ['i32', 'u32', 'i32'], returns: 'i32' },
    })
    const result = symbols.setpriority(priorityOfProcess, 0, nice)
    close()
    return result === 0
  } catch {
    return null
  }
}
