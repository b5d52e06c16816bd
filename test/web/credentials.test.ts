import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { goTo, noChromium, openPage, reload, type WatchedPage } from '../browser/chromium.ts'
import { ClockedServer } from '../http/clocked-server.ts'

const limitMs = 60_000

describe.skipIf(noChromium !== null)('credentials in the admin view', () => {
  let server: ClockedServer
  let watched: WatchedPage
  let page: Page
  const keys = { anna: '', checkout: '' }

  beforeAll(async () => {
    server = await ClockedServer.start()
    watched = await openPage()
    page = watched.page
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  }, limitMs)
  afterAll(async () => {
    await watched[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })

  const dialog = () => page.getByRole('dialog')
  const row = (name: string) =>
    page.getByRole('region', { name: 'Credentials' }).locator('tbody tr', { hasText: name })

  async function statusOf(key: string): Promise<number> {
    const headers = { authorization: `Bearer ${key}` }
    return (await fetch(`${server.url}/api/v1/me`, { headers })).status
  }

  async function logAs(key: string, facility: string): Promise<number> {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ facility, level: 'info', event: 'came' })
    return (await fetch(`${server.url}/api/v1/eventlog`, { method: 'POST', headers, body })).status
  }

  /** The secret that is shown, taken as a reader would. */
  async function takeSecret(): Promise<string> {
    const secret = await page.locator('[data-secret]').innerText()
    await dialog().getByRole('button', { name: 'I have it' }).click()
    await dialog().waitFor({ state: 'detached' })
    return secret
  }

  test('the first one is an administrator’s, and the page goes on with it', async () => {
    await goTo(page, `${server.url}/admin`)
    await page.getByText('None: the server is for its own machine').waitFor()
    await page.getByRole('button', { name: 'New credential' }).click()
    expect(await dialog().getByLabel('administer the server').isDisabled()).toBe(true)
    await dialog().getByLabel('Name').fill('anna')
    await dialog().getByRole('button', { name: 'Add' }).click()
    await page.locator('[data-secret]').waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await dialog().getByRole('button', { name: 'Copy' }).click()
    await dialog().getByRole('button', { name: 'Copied' }).waitFor()
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    keys.anna = await takeSecret()
    expect(copied).toBe(keys.anna)
    expect(await statusOf(keys.anna)).toBe(200)
    expect((await fetch(`${server.url}/api/v1/me`)).status).toBe(401)
    await page.locator('.page-head', { hasText: 'anna' }).waitFor()
    await row('anna').getByText('valid').waitFor()
  })

  test('another one may do what was chosen, and no more', async () => {
    await page.getByRole('button', { name: 'New credential' }).click()
    await dialog().getByLabel('Name').fill('checkout')
    await dialog().getByLabel('Writes facilities').fill('shop-*, till')
    await dialog().getByRole('button', { name: 'Add' }).click()
    await page.locator('[data-secret]').waitFor()
    keys.checkout = await takeSecret()
    expect(await logAs(keys.checkout, 'shop-1')).toBe(202)
    expect(await logAs(keys.checkout, 'vault')).not.toBe(202)
    await row('checkout').locator('td:nth-child(3)', { hasText: 'write shop-*, till' }).waitFor()
    await reload(page)
    await row('checkout').waitFor()
    expect(await page.content()).not.toContain(keys.checkout)
  })

  test('what the server has against it is said in the form', async () => {
    await page.getByRole('button', { name: 'New credential' }).click()
    await dialog().getByLabel('Name').fill('checkout')
    await dialog().getByRole('button', { name: 'Add' }).click()
    await dialog().getByRole('alert').waitFor()
    await dialog().getByRole('button', { name: 'Cancel' }).click()
    await dialog().waitFor({ state: 'detached' })
  })

  test('a new secret ends the old one', async () => {
    await row('checkout').getByRole('button', { name: 'Rotate' }).click()
    await dialog().getByRole('button', { name: 'Give a new secret' }).click()
    await page.locator('[data-secret]').waitFor()
    const next = await takeSecret()
    expect(await statusOf(keys.checkout)).toBe(401)
    expect(await statusOf(next)).toBe(200)
    keys.checkout = next
    // Of the page's own as well, which goes on with the new one.
    await row('anna').getByRole('button', { name: 'Rotate' }).click()
    await dialog().getByRole('button', { name: 'Give a new secret' }).click()
    await page.locator('[data-secret]').waitFor()
    keys.anna = await takeSecret()
    await reload(page)
    await row('anna').waitFor()
  })

  test('a token is shown once, and revoked after a question', async () => {
    const tokens = page.getByRole('region', { name: 'Tokens' }).first()
    await page.getByRole('button', { name: 'Make' }).click()
    await page.locator('[data-secret]').waitFor()
    const token = await takeSecret()
    expect(await statusOf(token)).toBe(200)
    await tokens.getByRole('button', { name: 'Revoke' }).click()
    await dialog().getByRole('button', { name: 'Revoke' }).click()
    await dialog().waitFor({ state: 'detached' })
    expect(await statusOf(token)).toBe(401)
  })

  test('revoking asks first; then it is refused, stays listed, and can be removed', async () => {
    await row('checkout').getByRole('button', { name: 'Revoke' }).click()
    await dialog().getByRole('button', { name: 'Cancel' }).click()
    expect(await statusOf(keys.checkout)).toBe(200)
    await row('checkout').getByRole('button', { name: 'Revoke' }).click()
    await dialog().getByRole('button', { name: 'Revoke' }).click()
    await row('checkout').getByText('revoked').waitFor()
    expect(await statusOf(keys.checkout)).toBe(401)
    await row('checkout').getByRole('button', { name: 'Remove' }).click()
    await dialog().getByRole('button', { name: 'Remove' }).click()
    await row('checkout').waitFor({ state: 'detached' })
    expect(watched.foreign).toEqual([])
  })
})
