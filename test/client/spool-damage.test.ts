import { describe, expect, test } from 'bun:test'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ClientProblem } from '../../src/client/sink.ts'
import { SpoolReader } from '../../src/client/spool/reader.ts'
import { readSegmentBytes, type SegmentContent } from '../../src/client/spool/segment-frames.ts'
import { openSink, spoolDirectory } from './spool-directory.ts'

/* A small segment, cut off and changed at every byte: it is read up to the damage, and never beyond. */

const producer = '00000000000000aa'
const eventCount = 6

function smallSegment(): Buffer {
  using spool = spoolDirectory()
  const { sink, write } = openSink(spool.path)
  for (let i = 0; i < eventCount; i++) write(6, 20 + i)
  sink.spill()
  return readFileSync(join(spool.path, readdirSync(spool.path)[0] ?? ''))
}

const whole = smallSegment()
const sound = readSegmentBytes(whole, producer)
const ends = sound.batches.map((batch) => batch.end)
const numbersOf = (content: SegmentContent) =>
  content.batches.map(({ body }) => Number(Buffer.from(body).toString().trim()))
/** The events whose frames stand wholly before an offset. */
const before = (offset: number) => ends.filter((end) => end <= offset).map((_, i) => i + 1)

describe('a segment of a spool', () => {
  test('comes back whole', () => {
    expect(numbersOf(sound)).toEqual([1, 2, 3, 4, 5, 6])
    expect(sound.batches.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6])
    expect(sound.ending).toBe('ended')
    expect(sound.head?.facility).toBe('shop')
    expect(sound.end).toBe(whole.length)
  })

  test('cut off at any byte gives the events before the cut, and says whether more may come', () => {
    for (let cut = 0; cut < whole.length; cut++) {
      const content = readSegmentBytes(Buffer.from(whole.subarray(0, cut)), producer)
      const isBetweenFrames = cut === 0 || ends.includes(cut) || cut === headEnd()
      expect({ cut, numbers: numbersOf(content), ending: content.ending }).toEqual({
        cut,
        numbers: before(cut),
        ending: isBetweenFrames ? 'open' : 'torn',
      })
    }
  })

  test('with its tail turned into zeros gives the events before them', () => {
    for (let cut = 1; cut < whole.length; cut++) {
      const bytes = Buffer.from(whole)
      bytes.fill(0, cut)
      const content = readSegmentBytes(bytes, producer)
      expect({ cut, numbers: numbersOf(content) }).toEqual({ cut, numbers: before(cut) })
      expect(['torn', 'corrupt']).toContain(content.ending)
    }
  })

  test('with any bit turned gives the events before it, and is corrupt unless only its tail looks short', () => {
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const at = bit >> 3
      const bytes = Buffer.from(whole)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7))
      const content = readSegmentBytes(bytes, producer)
      expect({ bit, numbers: numbersOf(content) }).toEqual({ bit, numbers: before(at) })
      // Only in the last frame can a changed length look like a write that broke off.
      if (at < (ends.at(-1) ?? 0))
        expect({ bit, ending: content.ending }).toEqual({ bit, ending: 'corrupt' })
      else expect(['torn', 'corrupt']).toContain(content.ending)
    }
  })

  test('read on from any frame gives what stands behind it', () => {
    for (const [i, from] of [headEnd(), ...ends].entries()) {
      const content = readSegmentBytes(Buffer.from(whole.subarray(from)), producer, from)
      expect(content.batches).toEqual(sound.batches.slice(i))
      expect(content.end).toBe(whole.length)
    }
  })

  test('under the name of another producer is corrupt', () => {
    const content = readSegmentBytes(whole, '00000000000000bb')
    expect(content).toMatchObject({ batches: [], ending: 'corrupt' })
  })
})

describe('a spool with a damaged segment', () => {
  test('goes on with the others, sets it aside and counts it', () => {
    using spool = spoolDirectory()
    for (let i = 1; i <= 3; i++) {
      const { sink, write } = openSink(spool.path, { producer: `000000000000000${i}` })
      write()
      write()
      sink.spill()
    }
    const [, second = ''] = readdirSync(spool.path).toSorted()
    const path = join(spool.path, second)
    const bytes = readFileSync(path)
    const damaged = readSegmentBytes(bytes, second.slice(13, 29)).batches[1]
    bytes[(damaged?.end ?? 0) - 1] = 0xff
    writeFileSync(path, bytes)
    const problems: ClientProblem[] = []
    const reader = new SpoolReader({
      directory: spool.path,
      onProblem: (problem) => problems.push(problem),
      // Long enough after for the damaged one to count as complete.
      nowMs: () => Date.now() + 10 * 60_000,
    })
    const given: string[] = []
    for (const batch of reader.batches()) {
      given.push(`${batch.producer.at(-1)}:${batch.sequence}`)
      reader.markDone(batch)
    }
    const bad = second.slice(28, 29)
    const expected = ['1', '2', '3'].flatMap((name) =>
      name === bad ? [`${name}:1`] : [`${name}:1`, `${name}:2`],
    )
    expect(given.toSorted()).toEqual(expected)
    expect(readdirSync(spool.path)).toEqual([`${second}.corrupt`])
    expect(reader.corruptSegments).toBe(1)
    expect(problems.map(({ code }) => code)).toEqual(['corrupt'])
  })
})

function headEnd(): number {
  return whole.readUInt32LE(8)
}
