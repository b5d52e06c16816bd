import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { ClockedServer } from './clocked-server.ts'
import { asList, asObject } from './json-object.ts'

const document = await Bun.file(join(import.meta.dir, '../../docs/QUERY.md')).text()

/** The parameters in the table of questions. */
function documentedQuestions(): string[] {
  const [, table = ''] = document.split('| question | parameters |\n|---|---|\n')
  const rows = table.slice(0, table.indexOf('\n\n')).split('\n')
  return rows.map((row) => /`([^`]+)`/.exec(row)?.[1] ?? '')
}

const events = Array.from({ length: 12 }, (_, i) => ({
  facility: i % 3 === 0 ? 'checkout' : 'billing',
  level: i % 2 === 0 ? 'error' : 'info',
  event: `event ${i % 4}`,
  timestamp: `2026-11-22T12:34:${String(10 + i)}Z`,
  additional: {
    duration_ms: 10 * i + 0.5,
    user_id: i % 5,
    http: { route: '/api' },
    tags: [i, 'x'],
  },
}))

test('the questions about statistics in docs/QUERY.md are answered', async () => {
  await using server = await ClockedServer.start()
  expect((await server.post(JSON.stringify(events))).status).toBe(202)
  await server.closeMinute()
  const questions = documentedQuestions()
  expect(questions.length).toBeGreaterThan(6)
  for (const question of questions) {
    const answer = asObject(await server.json(`/api/v1/eventqry/stats?${question}`))
    const columns = question.includes('every=1m') ? ['time'] : []
    const rows = asList(answer['rows']).map(asObject)
    expect(rows.length, question).toBeGreaterThan(0)
    const names = [...columns, ...asList(answer['by']), ...asList(answer['agg'])]
    expect(Object.keys(rows[0] ?? {}), question).toEqual(names.map(String))
  }
})

test('numbers and texts of one field are groups of their own, and an array has several', async () => {
  await using server = await ClockedServer.start()
  const values = ['42', '"42"', '42.0', '[42,"x"]', 'null', '9007199254740993']
  const body = values.map(
    (value) =>
      `{"facility":"a","level":"info","event":"e","timestamp":"2026-11-22T12:34:10Z","additional":{"v":${value}}}`,
  )
  expect((await server.post(`[${body.join(',')}]`)).status).toBe(202)
  await server.closeMinute()
  const response = await server.ask('/api/v1/eventqry/stats?by=v')
  const text = await response.text()
  // In the text, for a parser would round the integer.
  expect(text).toContain('{"v":9007199254740993,"count":1}')
  expect(text).toContain('{"v":42,"count":3}')
  expect(text).toContain('{"v":"42","count":1}')
  expect(text).toContain('{"v":null,"count":1}')
  expect(text).toContain('{"v":"x","count":1}')
})
