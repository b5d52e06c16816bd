import { openCLibrary } from '../../c-library.ts'

/** Of the calling thread: `who` 0 is the thread, not the process, on Linux (sched(7)). */
const priorityOfProcess = 0

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
  const library = openCLibrary({
    setpriority: { args: ['i32', 'u32', 'i32'], returns: 'i32' },
    syscall: { args: ['i64', 'i32', 'ptr', 'u32'], returns: 'i64' },
  })
  if (library === null) return false
  const { setpriority, syscall } = library.symbols
  const done = setpriority(priorityOfProcess, 0, nice) === 0
  const call = setAttributes[process.arch]
  // Where short turns are refused, they stay as long as they are.
  if (done && call !== undefined) syscall(call, 0, schedulingOf(nice), 0)
  library.close()
  return done
}

/** struct sched_attr: size u32, policy u32 (0: normal), flags u64, nice i32, priority u32, runtime u64, … */
function schedulingOf(nice: number): Buffer {
  const bytes = Buffer.alloc(48)
  bytes.writeUInt32LE(bytes.length, 0)
  bytes.writeInt32LE(nice, 16)
  bytes.writeBigUInt64LE(turnNs, 24)
  return bytes
}
