import { loadApp } from './stored-app.ts'

/* Makes dist/web when it is missing or older than its source, and says how large it is. */

const app = await loadApp()
const bytes = [app.page, ...app.files].reduce((sum, file) => sum + file.compressed.gzip.length, 0)
process.stdout.write(`dist/web: ${(bytes / 1024).toFixed(1)} KB gzipped\n`)
