import { openWriter, plainEvents, writePage } from '../query/book-fixture.ts'

/*
 * Closes minute after minute and keeps the catalogue, until it is killed. `bun catalogue-loop.ts BOOK MINUTE`:
 * MINUTE is the first of a new book.
 */

const [, , book = '', first = ''] = process.argv
const writer = openWriter(book)
let minute = (writer.state.closedThrough ?? Number(first) - 1) + 1
// As the writer's thread does: what an earlier life has left comes first.
while (writer.catchUp().isBehind);
process.stdout.write('ready\n')
for (;;) {
  writePage(writer, { minute, blocks: [plainEvents(minute, 40, minute)] })
  process.stdout.write('page\n')
  // Now and then two pages wait for the catalogue.
  if (minute % 3 !== 0) while (writer.catchUp().isBehind);
  minute += minute % 7 === 0 ? 90 : 1
}
