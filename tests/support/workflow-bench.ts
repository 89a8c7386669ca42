import assert from "node:assert/strict";
import { z } from "zod";
import { type RunEvent, runEvent } from "#lib/protocol/run-event.ts";
import { defineEvent, stop } from "#lib/workflows/define-event.ts";
import { step } from "#lib/workflows/define-step.ts";
import { defineWorkflow } from "#lib/workflows/define-workflow.ts";
import type { StreamedWorkflow } from "#lib/workflows/stream-workflow.ts";

export const Go = defineEvent("go", z.string());
export const Item = defineEvent("item", z.object({ n: z.number() }));
export const Square = defineEvent("square", z.object({ n: z.number(), square: z.number() }));

export async function eventsOf(run: StreamedWorkflow): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of run.events()) events.push(event);
  for (const event of events) assert.deepEqual(runEvent.parse(event), event);
  return events;
}

export const ofType = <T extends RunEvent["type"]>(events: readonly RunEvent[], type: T) =>
  events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);

/** Squares so many numbers side by side, and joins them in order. */
export const squares = (
  count: number,
  concurrency: number,
  work: (n: number) => Promise<void> | void = () => undefined,
) =>
  defineWorkflow({
    name: "squares",
    input: Go,
    timeout: null,
    steps: {
      split: step({ accepts: [Go], emits: [Item] }, () =>
        Array.from({ length: count }, (_, n) => Item({ n })),
      ),
      square: step({ accepts: [Item], emits: [Square], concurrency }, async (_, { data: { n } }) => {
        await work(n);
        return Square({ n, square: n * n });
      }),
      join: step({ accepts: [Square], emits: [stop] }, async (ctx) => {
        const all = await ctx.collect(Square, count);
        return all && stop(all.map(({ data }) => data.n));
      }),
    },
  });
