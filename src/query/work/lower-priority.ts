import { dlopen } from 'bun:ffi'

/** Of the calling thread: `who` 0 is the thread, not the process, on Linux (sched(7)). */
const priorityOfProcess = 0

/** Where the C library may be: glibc, then musl. */
const libraries = ['libc.so.6', 'libc.musl-x86_64.so.1', 'libc.musl-aarch64.so.1'] as const

/** The number of sched_setattr(2), which C libraries had no function for. */
const setAttributes: Readonly<Record<string, number>> = { x64: 314, arm64: 274 }

/**
 * How long the thread runs on while others wait. Linux gives each thread turns of some milliseconds, however low its
 * priority, and an acknowledgement takes several steps that would each wait for one. Kernels before 6.12 take no
 * notice. Still shorter turns slow the queries down where others are busy, too.
 */
const turnNs = 400_000n

/**
 * Makes the calling thread give way to the others: `nice` 1 to 19, as in nice(1), and short turns. False where the
 * system does not allow it for one thread; then the threads share the processors evenly.
 */
export function lowerPriority(nice: number): boolean {
  if (process.platform !== 'linux') return false
  for (const library of libraries) {
    const done = setPriority(library, nice)
    if (done === null) continue
    if (done) shortenTurns(library, nice)
    return done
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

/** Where it is refused, turns stay as long as they are. */
function shortenTurns(library: string, nice: number): void {
  const call = setAttributes[process.arch]
  if (call === undefined) return
  const { symbols, close } = dlopen(library, {
    syscall: { args: ['i64', 'i32', 'ptr', 'u32'], returns: 'i64' },
  })
  symbols.syscall(call, 0, schedulingOf(nice), 0)
  close()
}

/** struct sched_attr: size u32, policy u32 (0: normal), flags u64, nice i32, priority u32, runtime u64, … */
function schedulingOf(nice: number): Buffer {
  const bytes = Buffer.alloc(48)
  bytes.writeUInt32LE(bytes.length, 0)
  bytes.writeInt32LE(nice, 16)
  bytes.writeBigUInt64LE(turnNs, 24)
  return bytes
}
