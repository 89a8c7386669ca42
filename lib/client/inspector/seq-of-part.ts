import type { RunEvent } from "../../protocol/run-event.ts";

/**
 * The event in which a part, a call, a source or what somebody said begins, by its id; "start": what writes
 * the run, "end": its last event. Undefined: it is not there (yet).
 */
export function seqOfPart(events: readonly RunEvent[], part: string): number | undefined {
  if (part === "start") return events.find(({ type }) => type === "workflow-start")?.seq ?? events[0]?.seq;
  if (part === "end") return events.findLast(({ type }) => terminal.has(type))?.seq;
  return events.find((event) => idBegunBy(event) === part)?.seq;
}

const terminal: ReadonlySet<string> = new Set(["finish", "abort", "error", "interrupted"]);

function idBegunBy(event: RunEvent): string | undefined {
  switch (event.type) {
    case "text-start":
    case "reasoning-start":
    case "refusal-delta":
    case "object-start":
      return event.id;
    case "tool-input-start":
      return event.toolCallId;
    case "source-url":
      return event.sourceId;
    case "steered":
      return event.messageId;
    default:
      return undefined;
  }
}
