import { format } from 'node:util'
import type { LevelName } from '../../event/level.ts'
import type { Logger } from '../logger.ts'
import { usualEvent } from './bridge-options.ts'

/** What `patchConsole` takes. */
export interface ConsoleOptions {
  /** Whether the console goes on printing: true. */
  readonly print?: boolean
  /** The fixed text that names these events: `log message`. */
  readonly event?: string
}

const methods = {
  error: 'error',
  warn: 'warn',
  info: 'info',
  log: 'info',
  debug: 'debug',
  trace: 'debug',
} as const satisfies Readonly<Record<string, LevelName>>

type Method = keyof typeof methods
type Print = (...values: unknown[]) => void

/**
 * Logs what goes to the console, until it is undone: as the console would show it in `additional.message`, and an Error
 * among the arguments as `additional.err`.
 *
 * @returns What undoes it; also by `using`.
 * @example
 * ```ts
 * import { createLogger } from 'minutebook/client'
 * import { patchConsole } from 'minutebook/client/console'
 *
 * const undo = patchConsole(createLogger({ facility: 'checkout', spool: './spool' }))
 * console.warn('payment of %d took long', 4711)
 * undo()
 * ```
 */
export function patchConsole(log: Logger, options: ConsoleOptions = {}): (() => void) & Disposable {
  const { print = true, event = usualEvent } = options
  const names: readonly Method[] = ['error', 'warn', 'info', 'log', 'debug', 'trace']
  // What the logger itself, or a getter of a value, prints meanwhile is only printed.
  let isLogging = false
  const restores = names.map((name) => {
    const before: Print = console[name]
    const patched: Print = (...values) => {
      if (print || isLogging) before.apply(console, values)
      if (isLogging) return
      isLogging = true
      try {
        const err = values.find((value) => value instanceof Error)
        const fields = err === undefined ? {} : { err }
        log.dynamicEvent(methods[name], event, { message: textOf(values), ...fields })
      } finally {
        isLogging = false
      }
    }
    console[name] = patched
    return () => {
      // Someone may have patched it after us: that stays.
      if (console[name] === patched) console[name] = before
    }
  })
  const undo = (): void => {
    for (const restore of restores) restore()
  }
  return Object.assign(undo, { [Symbol.dispose]: undo })
}

function textOf(values: readonly unknown[]): string {
  try {
    return format(...values)
  } catch {
    return '[unreadable]'
  }
}
