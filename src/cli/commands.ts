import type { Command } from './command.ts'
import { sendCommand } from './send.ts'
import { serveCommand } from './serve.ts'
import { verifyCommand } from './verify.ts'
import { versionCommand } from './version.ts'

/** In the order in which they are listed. */
export const commands: readonly Command[] = [serveCommand, sendCommand, verifyCommand, versionCommand]
