import { credentialTag } from '../src/auth/credential.ts'
import { addCredential } from '../src/auth/credential-changes.ts'
import { credentialPath } from '../src/auth/credential-path.ts'
import { SigningKeys } from '../src/auth/signing-keys.ts'
import { signToken } from '../src/auth/tokens.ts'
import { runLoad } from './load.ts'
import type { LoadPlan, LoadProof } from './load-plan.ts'
import { printMachine } from './machine.ts'
import { type BenchOptions, countOf, printResult, readOptions } from './result.ts'
import { makeDataDir, startServer } from './server-under-test.ts'

/*
 * What does it cost to know who sends a batch? The same load without a credential, with each way of
 * authentication, and over TLS: batches of 5,000 events, and one event a POST. Each way has a fresh server.
 *
 *   bun bench/auth.ts [--events 1000000] [--singles 150000] [--json] [--smoke]
 */

const ways = ['none', 'api key', 'basic', 'token', 'hmac', 'tls'] as const
type Way = (typeof ways)[number]

interface Cost {
  readonly cpuSecondsPerMillion: number
  readonly eventsPerSecond: number
}

async function measure(options: BenchOptions): Promise<void> {
  const events = options.smoke ? 10_000 : countOf(options, 'events')
  const singles = options.smoke ? 500 : countOf(options, 'singles')
  const figures: Record<string, number> = {}
  let plain: Cost | null = null
  for (const way of ways) {
    const batches = await load(way, { batch: 5_000, connections: 8, events })
    plain ??= batches
    figures[`${way}: batches, CPU-s per million`] = batches.cpuSecondsPerMillion
    if (way !== 'none') {
      const ratio = batches.cpuSecondsPerMillion / plain.cpuSecondsPerMillion
      figures[`${way}: batches, % more CPU`] = (ratio - 1) * 100
    }
    const single = await load(way, { batch: 1, connections: 64, events: singles })
    figures[`${way}: single events/s`] = single.eventsPerSecond
    figures[`${way}: single, CPU-s per million`] = single.cpuSecondsPerMillion
  }
  printResult({ bench: 'auth', name: 'ways of authentication', figures }, options.json)
}

async function load(
  way: Way,
  shape: { readonly batch: number; readonly connections: number; readonly events: number },
): Promise<Cost> {
  const dataDir = await makeDataDir()
  try {
    const proof = await proofOf(way, dataDir)
    const flags = way === 'tls' ? ['--tls', '--log-level', 'warn'] : ['--log-level', 'warn']
    await using server = await startServer({ dataDir, flags })
    const plan: LoadPlan = {
      ...shape,
      port: server.port,
      path: '/api/v1/eventlog',
      format: 'json',
      encoding: 'none',
      distinctEvents: shape.events,
      seconds: null,
      rate: null,
      tls: way === 'tls',
      ...(proof === null ? {} : { proof }),
    }
    const before = await server.cpuSeconds()
    const result = await runLoad(plan)
    const cpuSeconds = (await server.cpuSeconds()) - before
    if (Object.keys(result.failed).length > 0) process.exitCode = 1
    return {
      cpuSecondsPerMillion: (cpuSeconds / result.events) * 1e6,
      eventsPerSecond: result.events / result.seconds,
    }
  } finally {
    await Bun.spawn(['rm', '-rf', dataDir]).exited
  }
}

/** Makes the credential and says how a request shows it. */
async function proofOf(way: Way, dataDir: string): Promise<LoadProof | null> {
  if (way === 'none' || way === 'tls') return null
  const path = credentialPath(dataDir)
  const grants = { write: 'all', read: null, admin: false } as const
  const common = { name: 'bench', grants, expiresMs: null, networks: [] }
  if (way === 'basic') {
    const password = 'correct horse battery'
    await addCredential(path, { kind: 'password', password, ...common }, Date.now())
    const encoded = Buffer.from(`bench:${password}`).toString('base64')
    return { by: 'header', line: `Authorization: Basic ${encoded}` }
  }
  const kind = way === 'hmac' ? 'hmac' : 'api-key'
  const { credential, secret } = await addCredential(path, { kind, ...common }, Date.now())
  if (credential.kind === 'hmac') return { by: 'hmac', keyId: credential.id, secret: secret ?? '' }
  if (way === 'api key') return { by: 'header', line: `X-API-Key: ${secret}` }
  const keys = new SigningKeys({
    dataDirectory: dataDir,
    elapsedMs: () => performance.now(),
    onTrouble: () => {},
    onChange: () => {},
  })
  const key = await keys.current(Date.now())
  const token = await signToken(key, {
    id: 'bench-token-00000001',
    name: 'bench',
    issuedMs: Date.now(),
    expiresMs: Date.now() + 3_600_000,
    ownerTag: credentialTag(credential),
    grants,
  })
  return { by: 'header', line: `Authorization: Bearer ${token}` }
}

const options = readOptions(process.argv.slice(2), { events: '1000000', singles: '150000' })
await printMachine(options.json, options.smoke)
await measure(options)
