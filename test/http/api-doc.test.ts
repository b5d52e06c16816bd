import { describe, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ClockedServer } from './clocked-server.ts'

const text = await Bun.file(join(import.meta.dir, '../../docs/API.md')).text()

/** The commands of the `sh` blocks; a line that ends in a backslash goes on. */
const commands = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)]
  .flatMap(([, block = '']) => block.replaceAll('\\\n', ' ').split('\n'))
  .filter((line) => line.trim() !== '')

describe('docs/API.md', () => {
  test('has examples that work as they are written', async () => {
    await using server = await ClockedServer.start()
    const events = '{"facility":"shop","level":"error","event":"payment declined"}\n'.repeat(3)
    const directory = await mkdtemp(join(tmpdir(), 'minutebook-api-'))
    await Bun.write(join(directory, 'events.ndjson'), events)
    await server.post(events)
    await server.closeMinute()
    await server.closeMinute()
    expect(commands.length).toBeGreaterThanOrEqual(10)
    for (const command of commands) {
      const script = command
        .replaceAll('http://127.0.0.1:8420', server.url)
        .replace('curl', 'curl -sS --fail-with-body')
      const child = Bun.spawn(['sh', '-euc', script], { cwd: directory, stdout: 'pipe' })
      const output = await new Response(child.stdout).text()
      expect(`${command} → ${await child.exited} ${output}`).toStartWith(`${command} → 0`)
      expect(output).not.toContain('"code"')
    }
    await rm(directory, { recursive: true })
  })

  test('names every route of the OpenAPI document', async () => {
    const document = await Bun.file(join(import.meta.dir, '../../openapi/openapi.json')).json()
    for (const path of Object.keys(document.paths)) expect(text).toContain(path)
  })
})
