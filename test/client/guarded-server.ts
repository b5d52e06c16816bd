import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCli } from '../cli/run-cli.ts'
import { curl } from '../server/curl.ts'
import { tempDirectory } from '../server/in-process.ts'
import { startServer } from '../server/process.ts'

/** A credential as `minutebook auth add --json` shows it once. */
export interface Shown {
  readonly id: string
  readonly secret: string
}

/** A real server over https with a certificate of its own, which asks everyone who they are. */
export interface GuardedServer extends AsyncDisposable {
  readonly url: string
  /** File of the authority of its certificate. */
  readonly caPath: string
  readonly ca: string
  readonly key: Shown
  readonly hmac: Shown
  /** A user and a password. */
  readonly user: { readonly name: string; readonly password: string }
  /** Events taken in so far, of all producers. */
  accepted(): Promise<number>
  auth(...args: string[]): Promise<void>
}

export async function startGuardedServer(): Promise<GuardedServer> {
  const directory = tempDirectory()
  const data = directory.path
  const user = { name: 'till-3', password: 'correct horse: battery' }
  const auth = async (...args: string[]): Promise<string> => {
    const env = { MINUTEBOOK_PASSWORD: user.password }
    const run = await runCli({ url: '', env }, 'auth', ...args, '--data', data)
    if (run.code !== 0) throw new Error(run.err)
    return run.out
  }
  const add = async (name: string, ...flags: string[]): Promise<Shown> =>
    JSON.parse(await auth('add', name, '--json', ...flags))
  const all = ['--write', 'all', '--read', 'all']
  const key = await add('key', ...all)
  const hmac = await add('signer', '--kind', 'hmac', ...all)
  await add(user.name, '--kind', 'password', ...all)
  const server = await startServer({ data, flags: ['--tls'] })
  const caPath = join(data, 'tls', 'ca.pem')
  const ask = async (): Promise<string> => {
    const as = ['--cacert', caPath, '-H', `X-API-Key: ${key.secret}`]
    return (await curl(...as, `${server.url}/api/v1/eventqry/producers`)).body
  }
  return {
    url: server.url,
    caPath,
    ca: readFileSync(caPath, 'utf8'),
    key,
    hmac,
    user,
    accepted: async () => JSON.parse(await ask()).totals.accepted,
    auth: async (...args) => void (await auth(...args)),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      directory[Symbol.dispose]()
    },
  }
}
