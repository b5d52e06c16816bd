/** Exit codes of `serve` beyond the shared ones; each has one cause and one remedy in its message. */
export const startExit = {
  portInUse: 3,
  dataUnusable: 4,
  dataLocked: 5,
  newerFormat: 6,
  clockBehind: 7,
} as const

/** The server cannot start in this environment: the message says where and what to do about it. */
export class StartError extends Error {
  readonly exitCode: number

  constructor(exitCode: number, message: string) {
    super(message)
    this.name = 'StartError'
    this.exitCode = exitCode
  }
}
