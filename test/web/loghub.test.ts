import { describe, expect, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { goTo, noChromium, openPage } from '../browser/chromium.ts'
import { ClockedServer } from '../http/clocked-server.ts'
import { asObject } from '../http/json-object.ts'

const directory = join(import.meta.dir, '../../../shared/data/loghub')
const isAbsent = !existsSync(directory)
if (isAbsent)
  process.stderr.write(`${directory} is not there: the app is not shown Loghub's events\n`)

describe.skipIf(isAbsent || noChromium !== null)("Loghub's events", () => {
  test('are found in Explore, all of them, however old they say they are', async () => {
    await using server = await ClockedServer.start()
    await using watched = await openPage()
    const { page } = watched
    const files = readdirSync(directory).filter((name) => name.endsWith('.ndjson'))
    let events = 0
    for (const name of files) {
      const body = readFileSync(join(directory, name))
      const headers = { 'content-type': 'application/x-ndjson' }
      const response = await server.post(body, headers)
      events += Number(asObject(await response.json())['accepted'])
    }
    await server.closeMinute()
    await goTo(page, `${server.url}/explore?from=all`)
    const total = events.toLocaleString('en-US')
    await page.locator('.chart-note b', { hasText: new RegExp(`^${total}$`) }).waitFor()
    await page.locator('button.event-row').nth(20).click()
    await page.locator('.detail .value').nth(6).waitFor()
    expect(events).toBeGreaterThan(1_000)
    expect(watched.foreign).toEqual([])
    expect(watched.complaints).toEqual([])
  }, 60_000)
})
