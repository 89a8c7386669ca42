import { randomInt, randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { ProducerContext } from "./producer.ts";

/** Time, ids and chance for a run that no server drives; tests bring their own. */
export const ownWorld: Pick<ProducerContext, "clock" | "newId" | "random"> = {
  clock: {
    wall: () => Date.now(),
    sleep: (ms, signal) => delay(ms, undefined, signal && { signal }).catch(() => undefined),
  },
  newId: () => randomUUID(),
  random: () => randomInt(2 ** 32) / 2 ** 32,
};
