import * as fs from 'node:fs'
import { join } from 'node:path'
import { factsOf, makeAuthority, makeLeaf, type PemPair } from './certificate-maker.ts'

/*
 * `<data>/tls`, a directory of mode 700, its files of mode 600:
 *
 *   ca.pem, ca-key.pem           the authority, made once; clients are given ca.pem
 *   server.pem, server-key.pem   what the server shows; renewed before it expires
 */

export function tlsDirectory(dataDirectory: string): string {
  return join(dataDirectory, 'tls')
}

const renewBeforeMs = 30 * 86_400_000

/** The server's own pair, made or renewed where it is missing, near its end, or for other names. */
export async function ownServerPair(
  dataDirectory: string,
  names: readonly string[],
  nowMs: number,
): Promise<PemPair> {
  const directory = tlsDirectory(dataDirectory)
  const found = readPair(directory, 'server')
  if (found !== null) {
    const facts = await factsOf(found.certificate)
    const hasNames = names.every((name) => facts.names.includes(name))
    if (hasNames && facts.notAfterMs - nowMs > renewBeforeMs) return found
  }
  return renewServerPair(dataDirectory, names, nowMs)
}

export async function renewServerPair(
  dataDirectory: string,
  names: readonly string[],
  nowMs: number,
): Promise<PemPair> {
  const authority = await authorityOf(dataDirectory, nowMs)
  const pair = await makeLeaf(authority, { for: 'server', names, nowMs })
  writePair(tlsDirectory(dataDirectory), 'server', pair)
  return pair
}

/** The authority, made when there is none. */
export async function authorityOf(dataDirectory: string, nowMs: number): Promise<PemPair> {
  const directory = tlsDirectory(dataDirectory)
  const found = readPair(directory, 'ca')
  if (found !== null) return found
  const made = await makeAuthority(nowMs)
  writePair(directory, 'ca', made)
  return made
}

export function readPair(directory: string, name: string): PemPair | null {
  const certificate = join(directory, `${name}.pem`)
  const key = join(directory, `${name}-key.pem`)
  if (!fs.existsSync(certificate) || !fs.existsSync(key)) return null
  return { certificate: fs.readFileSync(certificate, 'utf8'), key: fs.readFileSync(key, 'utf8') }
}

/** The key first: a certificate without its key would be taken for a whole pair. */
function writePair(directory: string, name: string, pair: PemPair): void {
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 })
  replaceFile(join(directory, `${name}-key.pem`), pair.key)
  replaceFile(join(directory, `${name}.pem`), pair.certificate)
}

function replaceFile(path: string, text: string): void {
  const fresh = `${path}.${process.pid}.new`
  const fd = fs.openSync(fresh, 'w', 0o600)
  try {
    fs.writeFileSync(fd, text)
    fs.fsyncSync(fd)
  } finally {
    fs.closeSync(fd)
  }
  fs.renameSync(fresh, path)
}
