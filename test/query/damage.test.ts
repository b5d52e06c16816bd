import { describe, expect, test } from 'bun:test'
import { DamagedPage } from '../../src/book/contract.ts'
import type { EventsRequest } from '../../src/query/contract.ts'
import { Cancelled } from '../../src/query/cancelled.ts'
import { asPage } from '../../src/query/page-source.ts'
import { makePageService } from '../../src/query/page-service.ts'
import { QueryLimit } from '../../src/query/work/contract.ts'
import { makeBook, plainEvents } from './book-fixture.ts'
import { damageBlock } from './damage-book.ts'

const first = 29_400_000

function request(from: number, through: number): EventsRequest {
  return {
    from,
    through,
    filter: { facility: null, level: null, event: null },
    format: 'ndjson',
    encoding: 'identity',
    before: '',
    after: '',
  }
}

describe('a damaged block', () => {
  test('rejects an answer that has not begun, and says which page it is', async () => {
    using book = makeBook([
      { minute: first, blocks: [plainEvents(first, 10)] },
      { minute: first + 1, blocks: [plainEvents(first + 1, 10)] },
    ])
    damageBlock(book, first, 0)
    await using service = makePageService({ dataDirectory: book.dataDirectory })
    const error = await service.events(request(first, first + 1)).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(DamagedPage)
    expect(error).toMatchObject({ name: 'DamagedPage', minute: first })
    const id = `${first.toString(16).padStart(8, '0')}00000000`
    const alone = await service.event(id, 'json').catch((thrown: unknown) => thrown)
    expect(alone).toBeInstanceOf(DamagedPage)
    const others = await service.events(request(first + 1, first + 1))
    expect((await new Response(others).text()).split('\n')).toHaveLength(11)
    expect((await service.index()).totals.pages).toBe(2)
  })

  test('breaks an answer that has begun', async () => {
    const blocks = [plainEvents(first, 4000), plainEvents(first, 4000, 4000)]
    using book = makeBook([{ minute: first, blocks }])
    damageBlock(book, first, 1)
    await using service = makePageService({ dataDirectory: book.dataDirectory })
    const stream = await service.events(request(first, first))
    let bytes = 0
    const error = await (async () => {
      for await (const chunk of stream) bytes += chunk.length
    })().catch((thrown: unknown) => thrown)
    expect(bytes).toBeGreaterThan(0)
    expect(error).toBeInstanceOf(DamagedPage)
    expect(error).toMatchObject({ minute: first })
    const [head] = await service.heads({ from: first, through: first, limit: 1, order: 'asc' })
    const page = await service.pageBytes(head?.digest ?? '')
    const whole = page === null ? null : await new Response(page.stream).bytes().catch(() => null)
    expect(whole).toBeNull()
  })
})

describe('a reading thread that dies', () => {
  const script = new URL('./dying-worker.ts', import.meta.url)

  test('fails what it had under way, and the next request starts another', async () => {
    using book = makeBook([{ minute: first, blocks: [plainEvents(first, 10)] }])
    await using service = makePageService({ dataDirectory: book.dataDirectory, script })
    const outcomes = await Promise.allSettled([
      service.index(),
      service.events(request(first, first)),
      service.neighbours(first),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    for (const outcome of outcomes) {
      const reason: unknown = outcome.status === 'rejected' ? outcome.reason : null
      expect(String(reason)).toContain('the reading thread stopped')
    }
    expect((await service.index()).totals.events).toBe(10)
  })
})

const thrownBy = (error: Error): unknown => {
  try {
    return asPage(first, () => {
      throw error
    })
  } catch (thrown) {
    return thrown
  }
}

describe('work on the bytes of a page', () => {
  test('that cannot be done says that the page is damaged', () => {
    const thrown = thrownBy(new RangeError('out of bounds'))
    expect(thrown).toBeInstanceOf(DamagedPage)
    expect(thrown).toMatchObject({
      minute: first,
      message: expect.stringContaining('out of bounds'),
    })
  })

  test('that is given up by who asked, or over a limit, says nothing of the page', () => {
    for (const end of [new Cancelled(), new QueryLimit('query-time-ms', 10)]) {
      expect(thrownBy(end)).toBe(end)
    }
  })
})
