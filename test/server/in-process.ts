import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { readConfig } from '../../src/config.ts'
import { type MinutebookServer, startServer } from '../../src/server.ts'

export const minuteMs = 60_000

/** Both clocks of a server, as a test sets them. */
export interface TurnedClock {
  wallMs: number
  monotonicMs: number
}

/** A clock that reads `start` and stands still until it is turned. */
export function clockAt(start: string | number): TurnedClock {
  const wallMs = typeof start === 'number' ? start : Date.parse(start)
  return { wallMs, monotonicMs: 1_000_000 }
}

/** Time passes: both clocks go on. */
export function pass(clock: TurnedClock, ms: number): void {
  clock.wallMs += ms
  clock.monotonicMs += ms
}

/** The real server in this process, on a clock that the test turns. */
export function startInProcess(
  data: string,
  clock: TurnedClock,
  flags: readonly string[] = [],
): Promise<MinutebookServer> {
  return startServer({
    config: readConfig(['--port', '0', '--data', data, ...flags], {}),
    time: { wallMs: () => clock.wallMs, monotonicMs: () => clock.monotonicMs },
    log: pino({ level: 'silent' }),
    version: '0.0.0-test',
  })
}

export interface TempDirectory extends Disposable {
  readonly path: string
}

export function tempDirectory(): TempDirectory {
  const path = mkdtempSync(join(tmpdir(), 'minutebook-fault-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}
