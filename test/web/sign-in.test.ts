import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { addCredential } from '../../src/auth/credential-changes.ts'
import { credentialPath } from '../../src/auth/credential-path.ts'
import { goTo, noChromium, openPage, reload, type WatchedPage } from '../browser/chromium.ts'
import { ClockedServer } from '../http/clocked-server.ts'
import { until } from '../server/process.ts'

const limitMs = 60_000
const address = '/explore?q=facility:shop&from=2026-11-22T12:00:00Z&to=2026-11-22T13:00:00Z'

describe.skipIf(noChromium !== null)('with credentials', () => {
  let server: ClockedServer
  let watched: WatchedPage
  let page: Page
  let key: string

  beforeAll(async () => {
    server = await ClockedServer.start()
    await server.log({ facility: 'shop', level: 'info', event: 'order placed' })
    await server.log({ facility: 'vault', level: 'info', event: 'door opened' })
    await server.closeMinute()
    const { secret } = await addCredential(
      credentialPath(server.dataDir),
      {
        kind: 'api-key',
        name: 'anna',
        grants: { write: null, read: 'all', admin: true },
        expiresMs: null,
        networks: [],
      },
      0,
    )
    key = secret ?? ''
    await until('the key is asked for', 5_000, async () => {
      return (await fetch(`${server.url}/api/v1/me`)).status === 401
    })
    watched = await openPage()
    page = watched.page
  }, limitMs)
  afterAll(async () => {
    await watched[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })

  const form = () => page.getByRole('heading', { name: 'Sign in' })
  const row = () => page.locator('button.event-row', { hasText: 'order placed' })

  async function signIn(secret: string): Promise<void> {
    await page.getByRole('textbox', { name: 'API key or token' }).fill(secret)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  }

  test('the app asks for one in place of the view, and takes no wrong one', async () => {
    await goTo(page, server.url + address)
    await form().waitFor()
    await signIn('mb_wrong')
    await page.getByText('The server does not take this').waitFor()
    expect(new URL(page.url()).pathname).toBe('/explore')
  })

  test('with the right one it shows the view that was asked for', async () => {
    await signIn(key)
    await row().waitFor()
    expect(page.url()).toBe(server.url + address)
  })

  test('it is kept while the tab is open', async () => {
    await reload(page)
    await row().waitFor()
  })

  test('who signs out is asked again', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click()
    await form().waitFor()
    await reload(page)
    await form().waitFor()
  })

  test('it is kept in memory alone when asked to', async () => {
    await page.getByRole('checkbox', { name: 'Keep it' }).uncheck()
    await signIn(key)
    await row().waitFor()
    expect(
      await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }])),
    ).not.toContain(key)
    await reload(page)
    await form().waitFor()
  })

  test('the tail and an administrator’s view work with it, and a token is shown once', async () => {
    await goTo(page, `${server.url}/tail`)
    await signIn(key)
    await page.locator('.live-dot.on').waitFor()
    await page.getByRole('link', { name: 'Admin' }).click()
    await page.getByRole('region', { name: 'Credentials' }).getByText('anna').first().waitFor()
    await page.getByRole('button', { name: 'Make' }).click()
    const token = await page.locator('.secret').innerText()
    const headers = { authorization: `Bearer ${token}` }
    expect((await fetch(`${server.url}/api/v1/me`, { headers })).status).toBe(200)
    await page.getByRole('button', { name: 'I have it' }).click()
    const tokens = page.getByRole('region', { name: 'Tokens' }).first()
    await tokens.getByRole('button', { name: 'Revoke' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await until('the token has ended', 5_000, async () => {
      return (await fetch(`${server.url}/api/v1/me`, { headers })).status === 401
    })
  })

  test('a password lets in, and a token made for it', async () => {
    const password = 'correct horse battery'
    const grants = { write: null, read: ['shop'], admin: false }
    const ben = { kind: 'password', name: 'ben', grants, expiresMs: null, networks: [] } as const
    await addCredential(credentialPath(server.dataDir), { ...ben, password }, 0)
    const headers = { authorization: `Basic ${btoa(`ben:${password}`)}` }
    // Asked with the key: tries with a password that is not known yet are guesses, of which there may be few.
    await until('he is known', 20_000, async () => {
      const asked = { headers: { authorization: `Bearer ${key}` } }
      return (await (await fetch(`${server.url}/api/v1/credentials`, asked)).text()).includes('ben')
    })
    expect((await fetch(`${server.url}/api/v1/me`, { headers })).status).toBe(200)
    await goTo(page, `${server.url}/catalogue`)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Name and password' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('ben')
    await page.getByRole('textbox', { name: 'Password' }).fill(password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.locator('tbody tr').first().waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    const made = await fetch(`${server.url}/api/v1/tokens`, { method: 'POST', headers })
    const { token }: { token: string } = await made.json()
    await page.getByRole('button', { name: 'API key or token' }).click()
    await signIn(token)
    await page.locator('tbody tr').first().waitFor()
  })

  test('who reads some facilities sees no other, and who is no administrator nothing of theirs', async () => {
    expect(await page.locator('tbody tr').allInnerTexts()).toHaveLength(1)
    await page.getByRole('link', { name: 'Explore' }).click()
    await page.locator('button.event-row').first().waitFor()
    expect(await page.content()).not.toContain('vault')
    await page.getByRole('link', { name: 'Overview' }).click()
    await page.locator('.facility', { hasText: 'shop' }).waitFor()
    expect(await page.content()).not.toContain('vault')
    await page.getByRole('link', { name: 'Admin' }).click()
    await page.getByText('This is for administrators').waitFor()
  })

  test('nothing else is complained of', () => {
    expect(watched.foreign).toEqual([])
    // Chromium itself tells the console of every 401 and 403.
    expect(watched.complaints.filter((text) => !/status of 40[13]/.test(text))).toEqual([])
  })
})
