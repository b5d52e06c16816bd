import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withProblemTable } from './problem-table.ts'

/*
 * `bun run openapi`: writes openapi/openapi.json as a real server gives it, and the table of problems in
 * docs/API.md. A test fails while either differs from the code.
 */

const root = join(import.meta.dir, '../../..')

/** A document as it is kept in a file. */
export function fileText(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`
}

async function askServer(data: string): Promise<unknown> {
  const server = Bun.spawn(
    [process.execPath, join(root, 'src/main.ts'), 'serve', '--port', '0', '--data', data],
    { stdout: 'pipe', stderr: 'inherit' },
  )
  try {
    const { value } = await server.stdout.getReader().read()
    const { listening } = JSON.parse(new TextDecoder().decode(value))
    return await (await fetch(`${listening}/swagger/json`)).json()
  } finally {
    server.kill()
    await server.exited
  }
}

if (import.meta.main) {
  const data = await mkdtemp(join(tmpdir(), 'minutebook-openapi-'))
  try {
    await Bun.write(join(root, 'openapi/openapi.json'), fileText(await askServer(data)))
    const api = Bun.file(join(root, 'docs/API.md'))
    await Bun.write(api, withProblemTable(await api.text()))
  } finally {
    await rm(data, { recursive: true, force: true })
  }
}
