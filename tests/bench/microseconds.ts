/**
 * The machine's monotonic clock: the same in all processes, so that a delta can carry when it was written.
 */
export const microseconds = (): number => Number(process.hrtime.bigint() / 1000n);
