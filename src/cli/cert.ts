import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { factsOf, leafDays, makeLeaf } from '../auth/tls/certificate-maker.ts'
import { authorityOf, readPair, renewServerPair, tlsDirectory } from '../auth/tls/tls-files.ts'
import type { Command } from './command.ts'
import { exitCode } from './command.ts'

const help = `Usage: minutebook cert [show]
       minutebook cert renew [--tls-host NAME …]
       minutebook cert client NAME [--days N] [--out DIR]

The certificates that the server makes for itself with --tls.

  show      the authority's and the server's: names, dates, SHA-256 fingerprints
  renew     a new one for the server, of the same authority; a running server takes it over by itself
  client    one for a client, of the same authority: NAME.pem and NAME-key.pem in --out

  --tls-host NAME   a host name or address the server is reached by; may be repeated
  --days N          how long a client's certificate is valid (${leafDays})
  --out DIR         where a client's files go (.)
  --data DIR        the data directory (MINUTEBOOK_DATA; ./data)

Exit codes: 0 done, 1 refused, with the reason, 2 wrong usage.`

const options = {
  data: { type: 'string' },
  'tls-host': { type: 'string', multiple: true },
  days: { type: 'string', default: String(leafDays) },
  out: { type: 'string', default: '.' },
} as const

export const certCommand: Command = {
  help,
  async run(args) {
    try {
      const { values, positionals } = parseArgs({
        args: [...args],
        options,
        allowPositionals: true,
      })
      const data = values.data ?? process.env['MINUTEBOOK_DATA'] ?? './data'
      const [action = 'show', name] = positionals
      if (action === 'show') return await show(data)
      if (action === 'renew') return await renew(data, values['tls-host'])
      if (action === 'client' && name !== undefined) {
        return await issue({ data, name, days: Number(values.days), out: values.out })
      }
      throw new TypeError(
        action === 'client' ? 'cert client needs a name' : `no action '${action}'`,
      )
    } catch (error) {
      process.stderr.write(`minutebook cert: ${error instanceof Error ? error.message : error}\n`)
      return error instanceof TypeError ? exitCode.usage : exitCode.failed
    }
  },
}

async function show(data: string): Promise<number> {
  const directory = tlsDirectory(data)
  let shown = 0
  for (const [what, file] of [
    ['authority', 'ca'],
    ['server', 'server'],
  ] as const) {
    const pair = readPair(directory, file)
    if (pair === null) continue
    process.stdout.write(await described(what, join(directory, `${file}.pem`), pair.certificate))
    shown++
  }
  if (shown > 0) return exitCode.ok
  process.stderr.write(`there are no certificates in ${directory}: serve --tls makes them\n`)
  return exitCode.failed
}

async function renew(data: string, hosts: readonly string[] | undefined): Promise<number> {
  const found = readPair(tlsDirectory(data), 'server')
  const names = hosts ?? (found === null ? defaultNames : (await factsOf(found.certificate)).names)
  const pair = await renewServerPair(data, names, Date.now())
  const path = join(tlsDirectory(data), 'server.pem')
  process.stdout.write(await described('server', path, pair.certificate))
  return exitCode.ok
}

const defaultNames = ['localhost', '127.0.0.1', '::1']

interface ClientRequest {
  readonly data: string
  readonly name: string
  readonly days: number
  readonly out: string
}

async function issue({ data, name, days, out }: ClientRequest): Promise<number> {
  if (!(Number.isInteger(days) && days >= 1 && days <= 3_650)) {
    throw new TypeError('--days is a whole number from 1 to 3650')
  }
  const certificate = join(out, `${name}.pem`)
  const key = join(out, `${name}-key.pem`)
  const taken = [certificate, key].find((path) => existsSync(path))
  if (taken !== undefined) throw new Error(`${taken} is there already`)
  const nowMs = Date.now()
  const pair = await makeLeaf(await authorityOf(data, nowMs), {
    for: 'client',
    names: [name],
    nowMs,
    days,
  })
  writeFileSync(key, pair.key, { mode: 0o600, flag: 'wx' })
  writeFileSync(certificate, pair.certificate, { mode: 0o644, flag: 'wx' })
  process.stdout.write(await described('client', certificate, pair.certificate))
  return exitCode.ok
}

async function described(what: string, path: string, pem: string): Promise<string> {
  const { subject, names, notAfterMs, fingerprint } = await factsOf(pem)
  const until = new Date(notAfterMs).toISOString().slice(0, 10)
  const reached = names.length === 0 ? '' : `  names        ${names.join(', ')}\n`
  return `${what}  ${path}\n  subject      ${subject}\n${reached}  valid until  ${until}\n  SHA-256      ${fingerprint}\n`
}
