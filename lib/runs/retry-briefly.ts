import type { Clock } from "./clock.ts";
import { retryPassing, within } from "./retry-passing.ts";

/** A store that refuses at once is asked again for so long, ms; one that is slow is waited for anyway. */
const briefMs = 1000;

/** Makes a call to the store that a person waits for: it is repeated where it is refused for a moment. */
export const retryBriefly = <T>(
  clock: Pick<Clock, "now" | "sleep">,
  call: () => Promise<T>,
  onWait?: () => void,
): Promise<T> => retryPassing(call, { clock, mayWait: within(briefMs, clock), ...(onWait && { onWait }) });
