import { version } from '../version.ts'
import { type Command, exitCode } from './command.ts'

export const versionCommand: Command = {
  help: 'Usage: minutebook version\n\nPrints the version of Minutebook, and that of the runtime it runs on.',
  async run() {
    console.log(`minutebook ${version} (bun ${Bun.version})`)
    return exitCode.ok
  },
}
