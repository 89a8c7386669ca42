import { setImmediate as nextTurn } from "node:timers/promises";

/**
 * Hands items on, all in their order, and no more than `size` of them in one turn of the event loop, over all
 * calls: whoever sends very many holds up nobody else. One call at a time.
 */
export function createTurnSlices(
  size: number,
): <T>(items: readonly T[], take: (item: T) => void) => Promise<void> {
  let left = size;
  return async (items, take) => {
    for (const item of items) {
      if (left === 0) {
        await nextTurn();
        left = size;
      }
      left -= 1;
      take(item);
    }
  };
}
