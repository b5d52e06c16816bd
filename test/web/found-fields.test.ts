import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import type { FieldEntry, FieldsAnswer, SearchAnswer } from '../../src/web/api/answers.ts'
import { foundFields } from '../../src/web/views/explore/found-fields.ts'
import { goTo, noChromium, openPage, type WatchedPage } from '../browser/chromium.ts'
import { ShopServer } from './shop-server.ts'

const limitMs = 60_000
const shop = { startMs: Date.parse('2026-11-22T12:00:00Z'), minutes: 30, perMinute: 60 }

/** Values of every kind, at paths that are hard to tell apart. */
const odd = [
  { tags: ['a', 'b'], nothing: null, empty: {}, none: [], yes: true },
  { nothing: 'something', level: 3, event: 'inner', id: 'own', tags: 'text' },
  { deep: { er: { value: 1 }, 'with.dot': 2, level: 'x' }, 'deep.er': 5 },
  { 'deep.er.value': 1, deep: { er: { value: 2 } } },
]

const figures = (entries: readonly FieldEntry[]): Record<string, number> =>
  Object.fromEntries(entries.map(({ name, events }) => [name, events]))

describe('the fields of found events', () => {
  let server: ShopServer

  beforeAll(async () => {
    server = await ShopServer.start(shop)
    await server.log(
      odd.map((additional) => ({ facility: 'odd', level: 'info', event: 'odd', additional })),
    )
    await server.closeMinute()
  }, limitMs)
  afterAll(() => server[Symbol.asyncDispose]())

  test('are those that the API counts, with the same names and counts', async () => {
    for (const query of ['facility=odd', 'event=card processor refused the connection']) {
      // The codec of the API, as in the app.
      const { fields } = (await server.json(`/eventqry/fields?${query}`)) as FieldsAnswer
      const { events } = (await server.json(`/eventqry/search?limit=1000&${query}`)) as SearchAnswer
      const members = new Set(['timestamp', 'received', 'level', 'facility', 'event', 'id'])
      const inAdditional = fields.filter(({ name }) => !members.has(name))
      expect(figures(foundFields(events))).toEqual(figures(inAdditional))
    }
  })

  const countOf = async (query: string, field: string): Promise<string> => {
    const { fields } = (await server.json(`/eventqry/fields?${query}`)) as FieldsAnswer
    return Number(fields.find(({ name }) => name === field)?.events).toLocaleString('en-US')
  }

  describe.skipIf(noChromium !== null)('in Explore', () => {
    let watched: WatchedPage
    let page: Page

    beforeAll(async () => {
      watched = await openPage()
      page = watched.page
    }, limitMs)
    afterAll(() => watched[Symbol.asyncDispose]())

    const name = () => page.locator('.facet-field .facet-name')

    const shownCount = (field: string) =>
      page.locator('.facet-field', { hasText: field }).locator('.facet-count')

    test('only what was found has its fields listed, the others on demand', async () => {
      const query = 'facility=payments&event=card processor refused the connection'
      await goTo(page, `${server.url}/explore?${query}`)
      await shownCount('retry').filter({ hasText: /\d/ }).waitFor()
      const found = ['exception', 'order', 'processor.host', 'processor.port', 'retry']
      expect((await name().allInnerTexts()).toSorted()).toEqual(found)
      expect(await shownCount('retry').innerText()).toBe(await countOf(query, 'retry'))
      await page.getByRole('button', { name: /^All \d+ fields$/ }).click()
      await name().nth(found.length).waitFor()
    })

    test('of many, those of the first are listed, and all are counted on demand', async () => {
      const query = 'level=info'
      await goTo(page, `${server.url}/explore?${query}`)
      await page.getByText('of the first 200').waitFor()
      expect(await shownCount('duration_ms').innerText()).toBe('')
      await page.getByRole('button', { name: 'Count all' }).click()
      await shownCount('duration_ms')
        .filter({ hasText: await countOf(query, 'duration_ms') })
        .waitFor()
      expect(watched.complaints).toEqual([])
    })
  })
})
