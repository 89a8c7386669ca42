import type { EventOf, RunEvent } from "../protocol/run-event.ts";
import type { Tap } from "./tap.ts";

/** A line in the server's log for each run that ends here: how, how long, how much. None of its words. */
export const runSummary: Tap = {
  name: "run-summary",
  open({ runId, agent, afterSeq }, log) {
    const counts = { textCharacters: 0, thoughtCharacters: 0, toolCalls: 0, retries: 0 };
    let unseenEvents = afterSeq;
    let model: string | undefined;

    function count(event: RunEvent): void {
      switch (event.type) {
        case "start":
          model = event.model;
          break;
        case "text-delta":
          counts.textCharacters += event.delta.length;
          break;
        case "reasoning-delta":
          counts.thoughtCharacters += event.delta.length;
          break;
        case "tool-input-start":
          counts.toolCalls += 1;
          break;
        case "retry":
          counts.retries += 1;
          break;
        case "finish":
        case "abort":
        case "error":
        case "interrupted":
          log({
            level: "info",
            message: "a run ended",
            runId,
            agent,
            ...(model !== undefined && { model }),
            ...describeEnd(event),
            ...counts,
            ...(unseenEvents > 0 && { unseenEvents }),
          });
          break;
        default:
      }
    }

    return {
      take(events, dropped) {
        unseenEvents += dropped;
        for (const event of events) count(event);
      },
    };
  },
};

type EndEvent = EventOf<"finish" | "abort" | "error" | "interrupted">;

function describeEnd(event: EndEvent): Readonly<Record<string, unknown>> {
  const usage = "total" in event ? event.total : undefined;
  const timings = "timings" in event ? event.timings : undefined;
  return { ending: event.type, reason: endReason(event), ...timings, ...usage };
}

function endReason(event: EndEvent): string {
  switch (event.type) {
    case "finish":
      return event.finishReason;
    case "abort":
      return event.by;
    case "error":
      return event.code;
    case "interrupted":
      return event.reason;
    default:
      return event satisfies never;
  }
}
