import type { Command } from './command.ts'

/** A command that is loaded only when it is called, so that the server starts without the others. */
export interface ListedCommand {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  load(): Promise<Command>
}

/** In the order in which they are listed. */
export const commands: readonly ListedCommand[] = [
  {
    name: 'serve',
    summary: 'start the server',
    load: async () => (await import('./serve.ts')).serveCommand,
  },
  {
    name: 'send',
    summary: 'post files of events to a server, in batches',
    load: async () => (await import('./send.ts')).sendCommand,
  },
  {
    name: 'query',
    summary: 'find events',
    load: async () => (await import('./query.ts')).queryCommand,
  },
  {
    name: 'stats',
    summary: 'count and measure events',
    load: async () => (await import('./stats.ts')).statsCommand,
  },
  {
    name: 'tail',
    summary: 'print events as they come in',
    load: async () => (await import('./tail.ts')).tailCommand,
  },
  {
    name: 'forward',
    summary: 'ship what processes leave in a spool to a server',
    load: async () => (await import('./forward.ts')).forwardCommand,
  },
  {
    name: 'spool',
    summary: 'show what a spool holds',
    load: async () => (await import('./spool.ts')).spoolCommand,
  },
  {
    name: 'verify',
    summary: 'check every page of a book, and its chain',
    load: async () => (await import('./verify.ts')).verifyCommand,
  },
  {
    name: 'auth',
    summary: 'manage who may use the server',
    load: async () => (await import('./auth.ts')).authCommand,
  },
  {
    name: 'cert',
    summary: 'show, renew and issue certificates',
    load: async () => (await import('./cert.ts')).certCommand,
  },
  {
    name: 'version',
    summary: 'print the version',
    load: async () => (await import('./version.ts')).versionCommand,
  },
]
