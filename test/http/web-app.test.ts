import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { brotliDecompressSync } from 'node:zlib'
import { appPaths } from '../../src/http/web/app-pages.ts'
import { ClockedServer } from './clocked-server.ts'

const gzippedBytesMax = 150_000

describe('the files of the web app', () => {
  let server: ClockedServer
  let assets: string[]

  beforeAll(async () => {
    server = await ClockedServer.start()
    const text = await (await fetch(`${server.url}/`)).text()
    assets = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, url]) => url ?? '')
  }, 30_000)
  afterAll(() => server[Symbol.asyncDispose]())

  test('every view is the same page, whatever stands in its address', async () => {
    const first = await (await fetch(`${server.url}/`)).text()
    for (const path of appPaths) {
      const response = await fetch(`${server.url}${path}?q=level%3Aerror&anything=1`)
      expect(response.status).toBe(200)
      expect(await response.text()).toBe(first)
    }
    expect((await fetch(`${server.url}/no-such-view`)).status).toBe(404)
  })

  test('no script, style or image comes from elsewhere or stands in the page', async () => {
    const response = await fetch(`${server.url}/explore`)
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("require-trusted-types-for 'script'")
    expect(policy).not.toContain('unsafe')
    const text = await response.text()
    expect(text).not.toMatch(/<script[^>]*>[^<]/)
    expect(text).not.toMatch(/(?:src|href)="(?!\/)/)
    expect(assets.map((url) => url.slice(url.lastIndexOf('.') + 1)).sort()).toEqual([
      'css',
      'js',
      'svg',
    ])
  })

  test('files are kept for ever, the page is asked for anew', async () => {
    for (const url of assets) {
      const { headers } = await fetch(`${server.url}${url}`)
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    }
    const page = await fetch(`${server.url}/`)
    expect(page.headers.get('cache-control')).toBe('no-cache')
    const etag = page.headers.get('etag') ?? ''
    const again = await fetch(`${server.url}/`, { headers: { 'if-none-match': etag } })
    expect(again.status).toBe(304)
    expect((await fetch(`${server.url}/assets/main-0000.js`)).status).toBe(404)
  })

  test('each encoding gives the same bytes', async () => {
    const url = `${server.url}${assets.find((each) => each.endsWith('.js'))}`
    const get = async (encoding: string) => {
      const headers = { 'accept-encoding': encoding }
      const response = await fetch(url, { headers, decompress: false })
      expect(response.headers.get('content-encoding')).toBe(
        encoding === 'identity' ? null : encoding,
      )
      return response.bytes()
    }
    const plain = await get('identity')
    expect(Bun.gunzipSync(await get('gzip'))).toEqual(plain)
    expect(new Uint8Array(Bun.zstdDecompressSync(await get('zstd')))).toEqual(plain)
    expect(new Uint8Array(brotliDecompressSync(await get('br')))).toEqual(plain)
  })

  test('the whole app is small', async () => {
    let bytes = 0
    for (const url of ['/', ...assets]) {
      const headers = { 'accept-encoding': 'gzip' }
      bytes += (await (await fetch(`${server.url}${url}`, { headers, decompress: false })).bytes())
        .length
    }
    expect(bytes).toBeGreaterThan(5_000)
    expect(bytes).toBeLessThan(gzippedBytesMax)
  })
})
