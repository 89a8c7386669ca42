import type { TestContext } from "node:test";

/**
 * Each test's clock starts later: what is shared by time, such as coalesced timers, is not shared by tests.
 */
let start = 1000;

/** Puts timers and the monotonic clock into the test's hands; the returned function lets `ms` pass. */
export function mockClock(t: TestContext): (ms: number) => void {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  start += 1_000_000;
  let now = start;
  t.mock.method(performance, "now", () => now);
  return (ms) => {
    now += ms;
    t.mock.timers.tick(ms);
  };
}
