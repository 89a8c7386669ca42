import { isRecord } from "../protocol/is-record.ts";
import type { ToolPart } from "../protocol/message.ts";
import type { RunState } from "../protocol/run-state.ts";
import { waitTool } from "../protocol/workflow-graph.ts";

/** A wait of a run for an event from outside: who answers its question sends the event. */
export interface EventWait {
  event: string;
  part: ToolPart;
  /** The event has not come. */
  isOpen: boolean;
}

/** Every wait that the log tells of, oldest first. */
export const eventWaits = ({ parts }: Pick<RunState, "parts">): EventWait[] =>
  parts.flatMap((part) => {
    if (part.type !== "tool" || part.toolName !== waitTool || !isRecord(part.input)) return [];
    const { event } = part.input;
    return typeof event === "string" ? [{ event, part, isOpen: part.state === "approval-requested" }] : [];
  });

/** The names of the events that a run waits for now, each once. */
export const awaitedEvents = (state: Pick<RunState, "parts">): string[] => [
  ...new Set(eventWaits(state).flatMap(({ event, isOpen }) => (isOpen ? [event] : []))),
];
