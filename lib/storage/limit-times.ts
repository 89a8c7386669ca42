/** The day that a budget of tokens is for, ms. */
export const dayMs = 86_400_000;

/** When to ask again while as many runs are live as may be: nobody knows when one ends, ms. */
export const liveRetryMs = 5000;
