import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { textToSign } from '../../src/auth/hmac-text.ts'
import { signatureOf } from '../../src/auth/hmac.ts'
import { sha256Hex } from '../../src/auth/secret.ts'
import { securityPath, withTables } from '../http/access/write-table.ts'
import { type ServerProcess, startServer } from './process.ts'

const text = await Bun.file(securityPath).text()
const blocksOf = (language: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, block = '']) => block,
  )
const [python = ''] = blocksOf('python')
const shell = blocksOf('sh')
const noPython = Bun.which('python3') === null
const noOpenssl = Bun.which('openssl') === null || Bun.which('curl') === null

/** The documented example: the cells of its table, its body, secret and signature. */
const [scheme, method, target, keyId, timestamp, nonce, batch, contentType, encoding, sha = ''] = [
  ...text.matchAll(/^\| \d+ \| [^|]+ \| ?(?:`([^`]+)` )?\|$/gm),
].map(([, cell = '']) => cell)
const [, body = '', secret = '', signature = ''] =
  /With the body `([^`]+)` and the secret `([^`]+)` the signature is\s+`([^`]+)`/.exec(text) ?? []

let server: ServerProcess
let directory = ''

/** Runs a script in which `minutebook` is the command and curl waits until a credential is in force. */
async function run(script: string): Promise<{ code: number; out: string }> {
  const main = join(import.meta.dir, '../../src/main.ts')
  const lines = [
    'set -eu',
    `minutebook() { "${process.execPath}" "${main}" "$@"; }`,
    'curl() { for i in $(seq 100); do',
    '  OUT=$(command curl -sS --fail-with-body "$@") && { echo "$OUT"; return 0; }; sleep 0.05',
    'done; echo "$OUT"; return 1; }',
    script.replaceAll('http://127.0.0.1:8420', server.url),
  ]
  const child = Bun.spawn(['bash', '-c', lines.join('\n')], {
    cwd: directory,
    stdout: 'pipe',
    stderr: 'inherit',
    env: { ...process.env, MINUTEBOOK_DATA: server.data },
  })
  const out = await new Response(child.stdout).text()
  return { code: await child.exited, out }
}

beforeAll(async () => {
  // A server that asks everybody who they are from its start on.
  const env = { MINUTEBOOK_ADMIN_PASSWORD: 'another password', MINUTEBOOK_ADMIN_NAME: 'first' }
  server = await startServer({ env })
  directory = mkdtempSync(join(tmpdir(), 'minutebook-security-'))
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true, force: true })
})

describe('docs/SECURITY.md', () => {
  test('has the tables of the code; when they differ: bun test/http/access/write-table.ts', () => {
    expect(text).toBe(withTables(text))
  })

  test('has an example of a signature that is right', () => {
    expect(scheme).toBe('MB1-HMAC-SHA256')
    expect(sha256Hex(body)).toBe(sha)
    const parts = {
      method: method ?? '',
      target: target ?? '',
      keyId: keyId ?? '',
      timestamp: timestamp ?? '',
      nonce: nonce ?? '',
      idempotencyKey: batch ?? '',
      contentType: contentType ?? '',
      contentEncoding: encoding ?? '',
      bodySha256: sha,
    }
    expect(textToSign(parts).split('\n')).toHaveLength(10)
    expect(signatureOf(parts, secret)).toBe(signature)
    expect(signature).toMatch(/^[0-9a-f]{64}$/)
  })

  test.skipIf(noOpenssl)('has examples that work one after the other', async () => {
    expect(shell.length).toBeGreaterThanOrEqual(7)
    const { code, out } = await run(shell.join('\n'))
    expect(`${code} ${out}`).toStartWith('0 ')
    expect(out).toContain('"name":"admin"')
    expect(out.match(/"accepted":1/g)).toHaveLength(2)
  })

  test.skipIf(noOpenssl)('has a shell example that gives the documented signature', async () => {
    const signing = shell.find((block) => block.includes('openssl dgst')) ?? ''
    const given = { KEY_ID: keyId, SECRET: secret, TS: timestamp, NONCE: nonce, BATCH: batch }
    const set = Object.entries(given).map(([name, value]) => `${name}='${value}'`)
    const upTo = signing.slice(0, signing.indexOf('curl '))
    const { out } = await run([...set, upTo, 'echo "$SHA $SIGNATURE"'].join('\n'))
    expect(out.trim()).toBe(`${sha} ${signature}`)
  })

  test.skipIf(noPython)('has a Python example that gives it, and is taken', async () => {
    writeFileSync(join(directory, 'sign.py'), python)
    const made = await runPython(
      'import sign, sys; print(sign.headers(*sys.argv[1:3], sys.argv[3].encode(), *sys.argv[4:])["Authorization"])',
      [keyId, secret, body, batch, timestamp, nonce],
    )
    expect(made).toContain(`sha256=${sha}, signature=${signature}`)
    const added = 'minutebook auth add python --kind hmac --write all --json'
    const { out } = await run(added)
    const { id, secret: own } = JSON.parse(out)
    const sent = `
import sign, sys, time, urllib.error
for i in range(100):
    try:
        print(sign.post(sys.argv[1], *sys.argv[2:4], sys.argv[4].encode(), 'from-python')); break
    except urllib.error.HTTPError: time.sleep(0.05)`
    expect(await runPython(sent, [server.url, id, own, body])).toBe('202')
  })
})

async function runPython(code: string, args: readonly (string | undefined)[]): Promise<string> {
  const given = args.map((each) => each ?? '')
  const child = Bun.spawn(['python3', '-c', code, ...given], { cwd: directory, stdout: 'pipe' })
  return (await new Response(child.stdout).text()).trim()
}
