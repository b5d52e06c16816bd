import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { post } from './ask.ts'
import { startServer } from './process.ts'

const document = await Bun.file(join(import.meta.dir, '../../docs/QUERY.md')).text()

/** What each command of the section must print while events come in. */
const answers: readonly (readonly RegExp[])[] = [
  [/^retry: \d+$/m, /^event: heartbeat$/m, /^data: \{"id":.*"event":"order timed out"/m],
  [/^data: \{"level":"warn","event":"order timed out"\}$/m, /^data: \{"level":"info",/m],
]

test('the examples of docs/QUERY.md about the live tail work as they are written', async () => {
  const section = document.slice(document.indexOf('## Live tail')).split(/^## /m)[1] ?? ''
  const block = /^```sh\n([^]*?)^```$/m.exec(section)?.[1] ?? ''
  const commands = block.trim().split('\n')
  expect(commands).toHaveLength(answers.length)
  await using server = await startServer()
  const events = ['warn', 'info'].map((level) => {
    return { facility: 'shop', level, event: 'order timed out' }
  })
  const outputs = commands.map((command) => {
    const line = command.replaceAll('http://127.0.0.1:8420', server.url)
    const child = Bun.spawn(['sh', '-euc', line], { stdout: 'pipe', stderr: 'inherit' })
    return new Response(child.stdout).text()
  })
  const printed = Promise.all(outputs)
  const load = { isOver: false }
  void printed.then(() => (load.isOver = true))
  while (!load.isOver) {
    await post(server.url, JSON.stringify(events))
    await Bun.sleep(100)
  }
  for (const [i, output] of (await printed).entries()) {
    for (const expected of answers[i] ?? []) expect(output).toMatch(expected)
  }
  expect(await outputs[0]).not.toContain('"level":"info"')
}, 30_000)
