/** "6.24": as exact as events are apart. */
export const formatClockSeconds = (ms: number): string => (Math.max(0, ms) / 1000).toFixed(2);
