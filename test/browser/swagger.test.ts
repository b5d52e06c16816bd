import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { ClockedServer } from '../http/clocked-server.ts'
import { asList, asObject } from '../http/json-object.ts'
import { noChromium, openPage, type WatchedPage } from './chromium.ts'

const limitMs = 180_000

describe.skipIf(noChromium !== null)('in a browser', () => {
  let server: ClockedServer
  let watched: WatchedPage
  let page: Page

  beforeAll(async () => {
    server = await ClockedServer.start()
    await server.log({ facility: 'shop', level: 'info', event: 'order placed' })
    await server.closeMinute()
    watched = await openPage()
    page = watched.page
  }, limitMs)
  afterAll(async () => {
    await watched[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })

  test('the web app leads to Swagger UI', async () => {
    await page.goto(`${server.url}/`)
    await page.getByRole('link', { name: 'API' }).click()
    await page.locator('.opblock').first().waitFor()
    expect(page.url()).toBe(`${server.url}/swagger`)
  })

  test('Swagger UI shows every operation of the document', async () => {
    const document = asObject(await server.json('/swagger/json'))
    const operations = Object.values(asObject(document['paths'])).flatMap((item) =>
      Object.keys(asObject(item)),
    )
    expect(await page.locator('.opblock').count()).toBe(operations.length)
    expect(operations.length).toBeGreaterThanOrEqual(12)
  })

  test('POST can be tried as it stands, and its event is on the next page', async () => {
    expect(await tryOut(page, 'events-postBatch')).toBe('202')
    const minute = await server.closeMinute()
    const answer = asObject(await server.json(`/api/v1/eventqry/minutes/${minute}`))
    expect(asList(answer['events'])).toHaveLength(1)
  })

  test(
    'every GET can be tried as it stands, on what the book holds',
    async () => {
      const ids = await page
        .locator('.opblock-get')
        .evaluateAll((blocks) => blocks.map(({ id }) => id))
      expect(ids.length).toBeGreaterThanOrEqual(10)
      for (const id of ids) {
        const name = id.replace('operations-', '')
        expect(`${name} ${await tryOut(page, name)}`).toBe(`${name} 200`)
      }
    },
    limitMs,
  )

  test(
    'of a page too large for a browser the beginning is shown, with a word that it is not all',
    async () => {
      const event = {
        facility: 'shop',
        level: 'info',
        event: 'order placed',
        additional: { at: 1 },
      }
      await server.log(...Array.from({ length: 20_000 }, () => event))
      const minute = await server.closeMinute()
      await page.goto(`${server.url}/swagger`)
      await page.locator('.opblock').first().waitFor()
      const block = page.locator('#operations-pages-getMinute')
      expect(await tryOut(page, 'pages-getMinute')).toBe('200')
      await block.locator('.opblock-summary-control').click()
      const shown = await block.locator('.live-responses-table .highlight-code').first().innerText()
      expect(shown).toContain('this is its beginning')
      expect(shown).toContain(`"minute":"${minute}"`)
      expect(shown.length).toBeLessThan(200_000)
      const asked = await block.locator('.request-url').innerText()
      expect(decodeURIComponent(asked)).toContain(`/api/v1/eventqry/minutes/${minute}`)
    },
    limitMs,
  )

  test('DELETE is prepared to say only what it would do', async () => {
    const block = await openForm(page, 'events-dropPages')
    const dryRun = block.locator('tr[data-param-name="dryRun"] select')
    expect(await dryRun.inputValue()).toBe('true')
  })

  test('nothing was asked of another machine, and the console is silent', () => {
    expect(watched.foreign).toEqual([])
    expect(watched.complaints).toEqual([])
  })
})

async function openForm(page: Page, name: string) {
  const block = page.locator(`#operations-${name}`)
  await block.locator('.opblock-summary-control').click()
  await block.locator('.try-out__btn').click()
  return block
}

/** Presses "Try it out" and "Execute", and gives the status that Swagger UI then shows. */
async function tryOut(page: Page, name: string): Promise<string> {
  const block = await openForm(page, name)
  await block.locator('.execute').click()
  const status = block.locator('.live-responses-table tbody .response-col_status').first()
  await status.waitFor()
  const text = await status.innerText()
  await block.locator('.opblock-summary-control').click()
  return text.trim()
}
