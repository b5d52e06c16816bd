import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { ClockedServer } from '../http/clocked-server.ts'
import { JsonClient } from '../http/json-client.ts'
import { asObject, type JsonObject } from '../http/json-object.ts'
import { noChromium, openPage, type WatchedPage } from './chromium.ts'

const limitMs = 60_000
const password = 'correct horse battery'

describe.skipIf(noChromium !== null)('Authorize in Swagger UI', () => {
  let server: ClockedServer
  let watched: WatchedPage
  let page: Page
  let root: JsonClient
  let key = ''

  beforeAll(async () => {
    server = await ClockedServer.start()
    const open = new JsonClient(server)
    const scopes = ['write', 'read', 'admin']
    const made = await open.post('/api/v1/credentials', { name: 'root', scopes })
    key = String(made.body['secret'])
    root = new JsonClient(server, { 'x-api-key': key })
    const anna = { name: 'anna', kind: 'password', scopes: ['read'], password }
    await root.post('/api/v1/credentials', anna)
    watched = await openPage()
    page = watched.page
    await page.goto(`${server.url}/swagger`)
    const block = page.locator('#operations-access-getMe')
    await block.locator('.opblock-summary-control').click()
    await block.locator('.try-out__btn').click()
  }, limitMs)
  afterAll(async () => {
    await watched[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })

  test(
    'without it, operations answer 401, and the page does not ask by itself',
    async () => {
      expect(await callMe(page)).toMatchObject({ status: 401 })
    },
    limitMs,
  )

  test(
    'takes an API key',
    async () => {
      await authorize(page, 'apiKey', [key])
      expect(await callMe(page)).toMatchObject({ status: 200, body: { way: 'api-key' } })
      await logout(page, 'apiKey')
      expect(await callMe(page)).toMatchObject({ status: 401 })
    },
    limitMs,
  )

  test(
    'takes a user and a password',
    async () => {
      await authorize(page, 'basic', ['anna', password])
      expect(await callMe(page)).toMatchObject({ status: 200, body: { name: 'anna' } })
      await logout(page, 'basic')
    },
    limitMs,
  )

  test(
    'takes a token as bearer',
    async () => {
      const { body } = await root.post('/api/v1/tokens', { scopes: ['read'] })
      await authorize(page, 'bearer', [String(body['token'])])
      expect(await callMe(page)).toMatchObject({ status: 200, body: { way: 'token' } })
      await logout(page, 'bearer')
    },
    limitMs,
  )

  test('asked nothing of another machine', () => {
    expect(watched.foreign).toEqual([])
  })
})

/** Fills the dialog's part for one scheme. */
async function authorize(page: Page, scheme: string, values: readonly string[]): Promise<void> {
  const part = await openDialog(page, scheme)
  const fields = part.locator('input')
  for (const [i, value] of values.entries()) await fields.nth(i).fill(value)
  await part.locator('button.authorize').click()
  await part.locator('button', { hasText: 'Logout' }).waitFor()
  await page.locator('.close-modal').click()
}

async function logout(page: Page, scheme: string): Promise<void> {
  const part = await openDialog(page, scheme)
  await part.locator('button', { hasText: 'Logout' }).click()
  await page.locator('.close-modal').click()
}

async function openDialog(page: Page, scheme: string) {
  await page.locator('.auth-wrapper > .btn.authorize').click()
  const heading = page.locator('h4 code', { hasText: new RegExp(`^${scheme}$`) })
  return page.locator('.auth-container', { has: heading })
}

/** Executes GET /api/v1/me, whose form is open, and waits until Swagger UI shows its status. */
async function callMe(page: Page): Promise<{ status: number; body: JsonObject }> {
  const block = page.locator('#operations-access-getMe')
  const answered = page.waitForResponse((response) => response.url().endsWith('/api/v1/me'))
  await block.locator('.execute').click()
  const response = await answered
  const status = response.status()
  const column = block.locator('.live-responses-table .response-col_status')
  await column
    .filter({ hasText: String(status) })
    .first()
    .waitFor()
  return { status, body: asObject(await response.json()) }
}
