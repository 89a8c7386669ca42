/** What a timer of Node's takes, ms: a longer one would fire at once. */
export const maxTimerMs = 2 ** 31 - 1;
