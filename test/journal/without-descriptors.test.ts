import { expect, test } from 'bun:test'
import { join } from 'node:path'

test('a journal that cannot open its directory releases what is over with the next minute', async () => {
  const program = join(import.meta.dir, 'release-twice.ts')
  const limited = ['sh', '-c', 'ulimit -n 128; exec "$@"', 'sh', process.execPath, program]
  const child = Bun.spawn(limited, { stdout: 'pipe', stderr: 'inherit' })
  expect((await new Response(child.stdout).text()).trim()).toBe('2 2 1')
  expect(await child.exited).toBe(0)
})
