/** Reads RFC 4180 strictly: CRLF ends a row, quotes are doubled inside quotes. */
export function readCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let at = 0
  while (at < text.length) {
    const field = text[at] === '"' ? quoted(text, at) : plain(text, at)
    row.push(field.value)
    at = field.end
    if (text[at] === ',') {
      at++
      if (at === text.length) throw new Error('the text ends behind a comma')
      continue
    }
    if (text.slice(at, at + 2) !== '\r\n') throw new Error(`no end of row at ${at}`)
    at += 2
    rows.push(row)
    row = []
  }
  return rows
}

interface Field {
  readonly value: string
  readonly end: number
}

function quoted(text: string, start: number): Field {
  let value = ''
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] !== '"') value += text[at]
    else if (text[at + 1] !== '"') return { value, end: at + 1 }
    else {
      value += '"'
      at++
    }
  }
  throw new Error('a quoted field has no end')
}

function plain(text: string, start: number): Field {
  const match = /[,\r\n"]|$/.exec(text.slice(start))
  const end = start + (match?.index ?? 0)
  return { value: text.slice(start, end), end }
}
