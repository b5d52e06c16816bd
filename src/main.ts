#!/usr/bin/env bun
import { commands } from './cli/commands.ts'
import { exitCode } from './cli/command.ts'
import { version } from './version.ts'

const overview = (): string => {
  const width = Math.max(...commands.map((command) => command.name.length))
  const lines = commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`)
  return `minutebook ${version}: an independent logging server\n\nUsage: minutebook <command> [options]\n\n${lines.join('\n')}\n\nEach command explains itself with --help.`
}

const given = process.argv.slice(2)
// `help serve` is `serve --help`.
const [name = '--help', ...args] =
  given[0] === 'help' && given[1] !== undefined ? [given[1], '--help'] : given
if (name === '--version' || name === '-v') {
  console.log(version)
} else if (name === '--help' || name === '-h' || name === 'help') {
  console.log(overview())
} else {
  const listed = commands.find((candidate) => candidate.name === name)
  if (listed === undefined) {
    console.error(`minutebook: there is no command ${name}\n\n${overview()}`)
    process.exitCode = exitCode.usage
  } else {
    const command = await listed.load()
    if (args.includes('--help') || args.includes('-h')) console.log(command.help)
    else process.exitCode = await command.run(args)
  }
}
