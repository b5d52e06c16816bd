import { spawn, stripANSI } from 'bun'

/*
 * Runs all the tests, in several processes one after the other: the runtime gives back only a part of what a
 * thread took when it ends, and the tests start and end some hundreds, so one process for all of them would need
 * more memory than many a machine has.
 *
 *   bun test/run-all.ts              every test; the last line is `N passed, N failed`
 *   bun test/run-all.ts journal -t replay   what `bun test` makes of it
 */

const shards = 8
const common = ['test', '--timeout', '30000']

const { stdout } = process
const args = process.argv.slice(2)

async function runAll(): Promise<number> {
  const sum = { pass: 0, fail: 0, skip: 0, broken: 0 }
  const names: string[] = []
  for (let shard = 1; shard <= shards; shard++) {
    const { text, code } = await run([...common, `--shard=${shard}/${shards}`])
    const found = { pass: countOf(text, 'pass'), fail: countOf(text, 'fail') }
    sum.pass += found.pass ?? 0
    sum.fail += found.fail ?? 0
    sum.skip += countOf(text, 'skip') ?? 0
    names.push(...failedTests(text))
    // A process that broke off, or an error outside of any test, has no failed test to count.
    if (found.pass === null || (code !== 0 && (found.fail ?? 0) === 0)) sum.broken++
  }
  if (sum.broken > 0) stdout.write(`\n${sum.broken} of ${shards} processes broke off\n`)
  if (sum.skip > 0) stdout.write(`\nskipped on this machine: ${sum.skip} tests\n`)
  // A log may be cut, so what failed is said where nobody can miss it.
  if (names.length > 0) stdout.write(`\nfailed:\n${names.join('\n')}\n`)
  const failed = sum.fail + sum.broken
  stdout.write(`\n${sum.pass} passed, ${failed} failed\n`)
  return failed === 0 ? 0 : 1
}

/** Runs the runtime with those arguments, shows all that it writes, and keeps it. */
async function run(argv: readonly string[]): Promise<{ text: string; code: number }> {
  const child = spawn([process.execPath, ...argv], {
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'pipe',
  })
  const decoder = new TextDecoder()
  let text = ''
  for await (const bytes of child.stderr) {
    stdout.write(bytes)
    text += decoder.decode(bytes, { stream: true })
  }
  return { text, code: await child.exited }
}

/** Each failed test with its file, as `bun test` says them; where it repeats them at its end, once. */
function failedTests(text: string): string[] {
  const found = new Map<string, string>()
  let file = ''
  for (const line of stripANSI(text).split('\n')) {
    if (/^\S+\.test\.tsx?:$/.test(line)) file = line
    if (!line.startsWith('(fail) ') || found.has(line)) continue
    found.set(line, `  ${file} ${line.slice('(fail) '.length)}`)
  }
  return [...found.values()]
}

/** The count of a line of `bun test`'s summary, such as ` 12 pass`; null without one. */
function countOf(text: string, what: 'pass' | 'fail' | 'skip'): number | null {
  const found = [...stripANSI(text).matchAll(new RegExp(`^ *(\\d+) ${what}$`, 'gm'))].at(-1)
  return found === undefined ? null : Number(found[1])
}

process.exitCode = args.length === 0 ? await runAll() : (await run([...common, ...args])).code
