import { expect, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { encodeBlock } from '../../src/page/block-encoder.ts'
import { openBlock } from '../../src/page/block-reader.ts'
import { decodeDirectory, encodeDirectory } from '../../src/page/directory.ts'
import { sealRows } from '../../src/page/seal-rows.ts'
import { selectRows } from '../../src/page/select-rows.ts'
import { decodeSummary, encodeSummary } from '../../src/page/summary.ts'
import { decodeTally } from '../../src/page/tally-decoder.ts'
import { encodeTally } from '../../src/page/tally-encoder.ts'
import { builderOf } from '../query/typed-event.ts'
import { openSealed } from './open-sealed.ts'
import { plainBlock } from './plain-block.ts'
import { shapedEvents } from './shaped-events.ts'
import { someSummary } from './some-summary.ts'

/*
 * Bytes written by version 1, and by version 2 of what has lost rows, which every later program must read. That they are also still written so is
 * tested because a change of what is written is either an accident or a new version. New golden bytes are
 * written by WRITE_GOLDEN=1, and only for a new version.
 */

function golden(name: string, written: Uint8Array, version = 1): Uint8Array {
  const file = new URL(`./golden/${name}.v${version}.bin`, import.meta.url)
  if (process.env['WRITE_GOLDEN'] === '1') writeFileSync(file, written)
  return new Uint8Array(readFileSync(file))
}

for (const count of [1, 300]) {
  test(`the golden block of ${count} events`, () => {
    const sealed = builderOf(shapedEvents(count, 1)).detach()
    const { bytes, entry, tally } = encodeBlock(29_000_000, 2, sealed)
    const old = golden(`block-${count}`, bytes)
    expect(plainBlock(openBlock(old))).toEqual(plainBlock(openSealed(sealed, 29_000_000, 2)))
    expect(Buffer.compare(bytes, old)).toBe(0)

    const directory = encodeDirectory(29_000_000, [entry])
    const oldDirectory = golden(`directory-${count}`, directory)
    expect(decodeDirectory(oldDirectory)).toEqual({ minute: 29_000_000, blocks: [entry] })
    expect(Buffer.compare(directory, oldDirectory)).toBe(0)

    const tallyBytes = encodeTally(tally)
    const oldTally = golden(`tally-${count}`, tallyBytes)
    expect(decodeTally(oldTally)).toEqual(tally)
    expect(Buffer.compare(tallyBytes, oldTally)).toBe(0)
  })
}

test('the golden block and directory of a page that has lost rows', () => {
  const whole = openBlock(
    encodeBlock(29_000_000, 2, builderOf(shapedEvents(300, 1)).detach()).bytes,
  )
  const left = selectRows(
    whole,
    Uint16Array.from({ length: 100 }, (_, i) => i * 3),
  )
  const { bytes, entry } = encodeBlock(29_000_000, 2, sealRows(left), left.rowNumbers)
  const old = golden('block-100-of-300', bytes, 2)
  const open = openBlock(old)
  expect(plainBlock(open)).toEqual(plainBlock(left))
  expect([...(open.rowNumbers ?? [])]).toEqual(Array.from({ length: 100 }, (_, i) => i * 3))
  expect(Buffer.compare(bytes, old)).toBe(0)

  const originalRows = new Map([
    [0, 32_768],
    [2, 300],
  ])
  const directory = encodeDirectory(29_000_000, [entry], originalRows)
  const oldDirectory = golden('directory-100-of-300', directory, 2)
  expect(decodeDirectory(oldDirectory)).toEqual({
    minute: 29_000_000,
    blocks: [entry],
    originalRows,
  })
  expect(Buffer.compare(directory, oldDirectory)).toBe(0)
})

test('the golden summary', () => {
  const bytes = encodeSummary(someSummary)
  const old = golden('summary', bytes)
  expect(decodeSummary(old)).toEqual(someSummary)
  expect(Buffer.compare(bytes, old)).toBe(0)
})
