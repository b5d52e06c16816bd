import type { Logger } from '../logger.ts'

const unhandled = Symbol('no rejection')
const isBun = process.versions['bun'] !== undefined

/**
 * Logs what ends this process: uncaught exceptions and unhandled rejections as `uncaught exception` (crit), and warnings
 * of the runtime as `process warning` (warn). It changes nothing of what happens then.
 *
 * @returns What undoes it; also by `using`.
 * @example
 * ```ts
 * import { createLogger } from 'minutebook/client'
 * import { logCrashes } from 'minutebook/client/crash'
 *
 * logCrashes(createLogger({ facility: 'checkout', spool: './spool' }))
 * ```
 */
export function logCrashes(log: Logger): (() => void) & Disposable {
  let rejected: unknown = unhandled
  const onException = (err: unknown, origin: string): void => {
    const isRejection = rejected !== unhandled && rejected === err
    log.crit('uncaught exception', { err, origin: isRejection ? 'unhandledRejection' : origin })
  }
  // Bun tells the monitor of exceptions only: thrown on, a rejection is one, and ends the process as it would have.
  const onRejection = (err: unknown): void => {
    if (process.listenerCount('unhandledRejection') > 1) return
    rejected = err
    throw err
  }
  const onWarning = (err: unknown): void => log.warn('process warning', { err })
  // First, so that the event is there when the logger puts what it has on disk.
  process.prependListener('uncaughtExceptionMonitor', onException)
  process.on('warning', onWarning)
  if (isBun) process.on('unhandledRejection', onRejection)
  const undo = (): void => {
    process.off('uncaughtExceptionMonitor', onException)
    process.off('warning', onWarning)
    process.off('unhandledRejection', onRejection)
  }
  return Object.assign(undo, { [Symbol.dispose]: undo })
}
