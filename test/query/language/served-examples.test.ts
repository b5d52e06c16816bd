import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { ClockedServer } from '../../http/clocked-server.ts'
import { asList, asObject } from '../../http/json-object.ts'
import { exampleEvent, queryDocPath, readExamples } from './examples.ts'

const examples = readExamples(await Bun.file(queryDocPath).text())
const written = [...new Set(examples.flatMap(({ finds, misses }) => [...finds, ...misses]))]

/** An event in JSON; its additional as the document spells it, so that no digit of a number is lost. */
function bodyOf(text: string): string {
  const { additional, ...members } = exampleEvent(text)
  return `${JSON.stringify(members).slice(0, -1)},"additional":${additional}}`
}

describe('a server', () => {
  let server: ClockedServer
  /** What each event of the book was written as. */
  let writtenById: Map<unknown, string>

  async function idsOf(query: string): Promise<unknown[]> {
    const parameters = new URLSearchParams({ q: query, order: 'asc', limit: '10000' })
    const answer = asObject(await server.json(`/api/v1/eventqry/search?${parameters}`))
    return asList(answer['events']).map((event) => asObject(event)['id'])
  }

  beforeAll(async () => {
    server = await ClockedServer.start()
    const response = await server.post(`[${written.map(bodyOf).join(',')}]`)
    expect(response.status).toBe(202)
    await server.closeMinute()
    // Times tie, so that the order is that of the batch.
    const ids = await idsOf('')
    expect(ids.length).toBe(written.length)
    writtenById = new Map(ids.map((id, i) => [id, written[i] ?? '']))
  })
  afterAll(() => server[Symbol.asyncDispose]())

  for (const { query, finds, misses } of examples) {
    test(`finds by ${query} what docs/QUERY.md says`, async () => {
      const found = new Set((await idsOf(query)).map((id) => writtenById.get(id)))
      expect(finds.filter((event) => !found.has(event))).toEqual([])
      expect(misses.filter((event) => found.has(event))).toEqual([])
    })
  }
})
