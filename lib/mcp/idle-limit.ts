import { createDeadline } from "../async/deadline.ts";

/** How long a call may say nothing. A person's time does not count, of however many questions at once. */
export interface IdleLimit {
  /** Something came. */
  rearm(): void;
  /** The limit stands still until the question has its answer, or none. */
  whileAsked<T>(answer: Promise<T>): Promise<T>;
  end(): void;
}

export function createIdleLimit(ms: number, onIdle: () => void): IdleLimit {
  const deadline = createDeadline(onIdle);
  let open = 0;
  const rearm = (): void => (open === 0 ? deadline.set(ms) : deadline.clear());
  rearm();
  return {
    rearm,
    async whileAsked(answer) {
      open += 1;
      rearm();
      try {
        return await answer;
      } finally {
        open -= 1;
        rearm();
      }
    },
    end: () => deadline.close(),
  };
}
