import { frameHeaderBytes } from '../journal/frame.ts'

/** Where an event begins in the buffer that a sink is given: before it there is room for the head of a frame. */
export const eventStart = frameHeaderBytes

/** Where encoded events go. No method throws. */
export interface Sink {
  /** Takes `bytes[eventStart, end)`, one event in msgpack, logged at `nowMs`. What stands before may be written over. */
  write(bytes: Buffer, end: number, level: number, nowMs: number): void
  /** Resolves with true when all that was written before is safe, or with false after `limitMs`. */
  flush(limitMs: number): Promise<boolean>
  /** Puts all that is not safe yet on disk, synchronously: the process is about to end. */
  spill(): void
  /** Flushes, spills the rest and lets go of files, sockets and timers. Idempotent. */
  close(limitMs: number): Promise<void>
}

/** What is done when there is no room for another event. */
export type OverflowPolicy = 'drop-oldest' | 'drop-lowest-level' | 'block'

/** Something the application should know, though no call of the logger may fail for it. */
export interface ClientProblem {
  readonly code: 'unauthorised' | 'unreachable' | 'refused' | 'dropped' | 'disk' | 'corrupt'
  readonly detail: string
}

/** Is told of what goes wrong. What it throws is caught. */
export type OnProblem = (problem: ClientProblem) => void
