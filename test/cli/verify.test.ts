import { expect, test } from 'bun:test'
import { minuteKey } from '../../src/book/layout.ts'
import { verifyCommand } from '../../src/cli/verify.ts'
import { BookFixture, dayStart } from '../book/book-fixture.ts'

/** Runs the command in a process of its own, as the command line would. */
function verify(...args: string[]): { code: number; out: string; err: string } {
  const command = JSON.stringify(new URL('../../src/cli/verify.ts', import.meta.url).pathname)
  const code = `import { verifyCommand } from ${command}
    process.exit(await verifyCommand.run(process.argv.slice(1)))`
  const ran = Bun.spawnSync([process.execPath, '-e', code, '--', ...args])
  return { code: ran.exitCode, out: ran.stdout.toString(), err: ran.stderr.toString() }
}

test('verify says that all is well, and what was checked', () => {
  using book = new BookFixture()
  for (const minute of [0, 1, 1_440]) book.page(dayStart + minute, 4)
  const ran = verify('--data', book.root)
  expect(ran.err).toBe('')
  expect(ran.out).toMatch(
    /^all is well: 3 pages, 3 blocks, 12 events, \d+ bytes, closed through 2026-11-23T00:00Z\n$/,
  )
  expect(ran.code).toBe(0)
})

test('verify names the first bad page, all of them when asked, and exits with 1', () => {
  using book = new BookFixture()
  for (const minute of [0, 1, 2, 3]) book.page(dayStart + minute, 4)
  book.damage('2026-11-22', 'pages', minuteKey(dayStart + 2), 50)
  book.damage('2026-11-22', 'pages', minuteKey(dayStart + 1), 50)
  const ran = verify('--data', book.root)
  expect(ran.out).toStartWith('first bad: page 2026-11-22T00:01Z: the page record does not match')
  expect(ran.out).toContain('2 findings in 4 pages')
  expect(ran.code).toBe(1)
  expect(verify('--data', book.root, '--all').out).toContain('also bad:  page 2026-11-22T00:02Z')
})

test('verify says what is missing or wrong on its command line', () => {
  expect(verify('--data', '/nonexistent')).toMatchObject({ code: 1, out: '' })
  expect(verify('--date', 'x')).toMatchObject({ code: 2, out: '' })
  expect(verifyCommand.help).toContain('--data DIR')
})
