import type { EventOf, RunEvent } from "../protocol/run-event.ts";
import type { Tap } from "./tap.ts";

/**
 * Lines in the server's log for each run: that it began here, that it went on elsewhere or waits, and how it
 * ended, how long it took and how much it was. None of its words.
 */
export const runSummary: Tap = {
  name: "run-summary",
  open({ runId, conversationId, agent, afterSeq }, log) {
    /** Asked of a person, and not answered yet. */
    const questions = new Set<string>();
    let hasEnded = false;
    const counts = { textCharacters: 0, thoughtCharacters: 0, toolCalls: 0, retries: 0 };
    let unseenEvents = afterSeq;
    let model: string | undefined;

    function count(event: RunEvent): void {
      switch (event.type) {
        case "start":
          model = event.model;
          log({ level: "info", message: "a run began", runId, conversationId, agent, model });
          break;
        case "tool-approval-request":
          questions.add(event.approvalId);
          break;
        case "tool-approval-response":
          questions.delete(event.approvalId);
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
          hasEnded = true;
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
      end() {
        if (hasEnded) return;
        const message = questions.size > 0 ? "a run waits for a person" : "a run is driven here no longer";
        log({
          level: "info",
          message,
          runId,
          agent,
          ...(questions.size > 0 && { questions: questions.size }),
        });
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
