/*
 * Loaded before the program, it puts the wall clock of a process ahead, so that a test need not wait for most of a
 * minute until one closes.
 */
const aheadMs = Number(process.env['MINUTEBOOK_TEST_AHEAD_MS'] ?? 0)
const wallMs = Date.now
Date.now = (): number => wallMs() + aheadMs
