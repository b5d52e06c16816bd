import { readFileSync } from 'node:fs'

/** One system call of any thread. Positions are lines of the trace: the order in which things happened. */
export interface SystemCall {
  readonly name: string
  readonly began: number
  readonly ended: number
  /** Arguments as strace writes them, with paths beside descriptors and texts in hex. */
  readonly text: string
  /** Path of the first argument's descriptor, or ''. */
  readonly path: string
  readonly descriptor: number
  readonly result: number
}

/** What strace records, and how: all threads, descriptors with paths, whole texts in hex. */
export function straceTo(file: string, calls: readonly string[]): string[] {
  const form = ['-f', '-y', '-xx', '-s', '200000']
  return ['strace', ...form, '-o', file, '-e', `trace=${calls.join(',')}`]
}

/** Reads a trace; a call that another interrupted is put together again. In the order of beginning. */
export function readTrace(file: string): SystemCall[] {
  const calls: SystemCall[] = []
  const unfinished = new Map<string, { began: number; text: string }>()
  for (const [at, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    const [, thread = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? []
    if (rest.endsWith(' <unfinished ...>')) {
      unfinished.set(thread, { began: at, text: rest.slice(0, -' <unfinished ...>'.length) })
      continue
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)
    const head = unfinished.get(thread)
    if (resumed !== null) {
      unfinished.delete(thread)
      if (head !== undefined) push(calls, head.began, at, `${head.text}${resumed[1] ?? ''}`)
    } else push(calls, at, at, rest)
  }
  return calls.toSorted((a, b) => a.began - b.began)
}

function push(calls: SystemCall[], began: number, ended: number, whole: string): void {
  const match = /^(\w+)\((.*)\) += (-?\d+)/.exec(whole)
  if (match === null) return
  const [, name = '', text = '', result = ''] = match
  const first = /^(\d+)<([^>]*)>/.exec(text)
  const [, descriptor = '-1', path = ''] = first ?? []
  calls.push({
    name,
    began,
    ended,
    text,
    path: unescaped(path).toString(),
    descriptor: Number(descriptor),
    result: Number(result),
  })
}

/** The bytes of all texts among a call's arguments, one after the other. */
export function bytesOf(call: SystemCall): Buffer {
  const texts = [...call.text.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)]
  return Buffer.concat(texts.map(([, hex = '']) => unescaped(hex)))
}

function unescaped(text: string): Buffer {
  if (!text.startsWith('\\x')) return Buffer.from(text)
  return Buffer.from(text.replaceAll('\\x', ''), 'hex')
}
