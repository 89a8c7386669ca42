import { ProblemError } from "./problem.ts";

/** How often models are tested: each test is a paid request. Throws 429 where there is no room. */
export interface TestBounds {
  /** The result is called once it has ended. */
  begin(userId: string, address?: string): () => void;
}

/** Of one minute. A visitor may be many users, an address many visitors. */
const maxTests = { user: 6, address: 20, all: 60 } as const;
const minuteMs = 60_000;

/** `now`: monotonic, ms. */
export function createTestBounds(now: () => number): TestBounds {
  let begun: { at: number; userId: string; address: string | undefined }[] = [];
  const running = new Set<string>();

  function refuse(of: (each: (typeof begun)[number]) => boolean, max: number): void {
    const counted = begun.filter(of);
    const oldest = counted.at(-max);
    if (!oldest) return;
    const retryAfter = Math.max(1, Math.ceil((oldest.at + minuteMs - now()) / 1000));
    throw new ProblemError(429, "rate_limited", "too many tests in a minute", { retryAfter });
  }

  return {
    begin(userId, address) {
      begun = begun.filter(({ at }) => now() - at < minuteMs);
      if (running.has(userId))
        throw new ProblemError(429, "rate_limited", "a test is running already", { retryAfter: 2 });
      refuse((each) => each.userId === userId, maxTests.user);
      if (address !== undefined) refuse((each) => each.address === address, maxTests.address);
      refuse(() => true, maxTests.all);
      begun.push({ at: now(), userId, address });
      running.add(userId);
      return () => void running.delete(userId);
    },
  };
}
