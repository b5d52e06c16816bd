import { redact, requestOf } from '../book/redaction-fixture.ts'
import { openWriter } from '../query/book-fixture.ts'

/*
 * Removes the events of one level after the other, the last level first, until it is killed: `bun redaction-loop.ts
 * BOOK`. What an earlier life has removed is found to be gone.
 */

const [, , book = ''] = process.argv
const writer = openWriter(book)
process.stdout.write('ready\n')
for (let level = 7; level > 0; level--) redact(writer, requestOf({ levels: [level] }))
writer[Symbol.dispose]()
process.stdout.write('done\n')
