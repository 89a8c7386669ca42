import { callName } from "../../protocol/call-name.ts";
import type { EventOf, RunEvent } from "../../protocol/run-event.ts";
import type { Reconnection } from "../reconnection.ts";
import { createStory, type Story, type TimelineRow } from "./story.ts";

/** A pause of a run in which nothing is known to have run, ms. */
const minGapMs = 3000;

/**
 * The story of a log, in the order in which its parts began, with the times that this browser had lost the
 * connection to it. Linear in its events.
 */
export function timelineOf(
  events: readonly RunEvent[],
  reconnections: readonly Reconnection[] = [],
): TimelineRow[] {
  const story = createStory(events[0]?.ts ?? 0);
  const lost = reconnections.toSorted((one, other) => one.seq - other.seq);
  let before: RunEvent | undefined;
  for (const event of events) {
    if (before) notePause(story, before, event);
    noteEvent(story, event);
    while ((lost[0]?.seq ?? Infinity) <= event.seq) noteLostConnection(story, event, lost.shift());
    before = event;
  }
  return story.rows;
}

const noteLostConnection = (story: Story, event: RunEvent, { afterMs: ms = 0 }: Partial<Reconnection> = {}) =>
  story.add(event, "reconnection", "", { ms });

function notePause(story: Story, before: RunEvent, event: RunEvent): void {
  const ms = Math.max(0, event.ts - before.ts);
  if (event.epoch !== before.epoch) story.add(event, "holder", "", { ms });
  else if (ms >= minGapMs && before.type !== "retry" && !story.isBusy())
    story.add(event, "gap", "", { ms, atMs: story.atOf(before) });
}

function noteEvent(story: Story, event: RunEvent): void {
  switch (event.type) {
    case "start":
      story.add(event, "start", event.agent);
      break;
    case "handoff":
      story.add(event, "handoff", `${event.from} → ${event.to}`);
      break;
    case "steered":
      story.add(event, "steered", event.text);
      break;
    case "source-url":
      story.add(event, "source", event.title ?? event.url);
      break;
    case "retry":
      story.add(event, "retry", event.reason, { attempt: event.attempt, of: event.of, ms: event.inMs });
      break;
    case "stop-requested":
      story.add(event, "stop", event.by);
      break;
    case "workflow-step":
      noteWorkflowStep(story, event);
      break;
    case "progress":
      noteWords(story, event, event.instance === undefined ? "run" : `workflow ${event.instance}`);
      break;
    case "tool-progress":
      noteWords(story, event, `call ${event.toolCallId}`);
      break;
    case "finish":
    case "abort":
    case "interrupted":
      story.add(event, "end", event.type, { ms: story.atOf(event) });
      break;
    case "error":
      story.add(event, "end", event.type, { ms: story.atOf(event), isBad: true });
      break;
    default:
      noteStep(story, event);
      notePart(story, event);
      noteCall(story, event);
  }
}

function noteStep(story: Story, event: RunEvent): void {
  switch (event.type) {
    case "start-step": {
      const depth = story.depthInside(event.parentToolCallId);
      story.open(`step ${event.stepId}`, story.add(event, "step", event.agent, { depth }));
      break;
    }
    case "finish-step":
      story.close(`step ${event.stepId}`, event);
      break;
    case "reset-step":
    case "continue-step":
      noteAttempt(story, event);
      break;
    case "usage":
      if (event.stepId !== undefined && event.usage.outputTokens !== undefined)
        story.amend(`step ${event.stepId}`, { tokens: event.usage.outputTokens });
      break;
    default:
  }
}

/** Behind a new holder it says what that one did; else the step is tried once more. */
function noteAttempt(story: Story, event: EventOf<"reset-step" | "continue-step">): void {
  const name = event.isFetched ? "fetched" : event.type === "reset-step" ? "anew" : "continued";
  const last = story.rows.at(-1);
  if (last?.kind === "holder" && last.name === "") last.name = name;
  else story.add(event, "retry", event.reason, { attempt: event.attempt });
}

function notePart(story: Story, event: RunEvent): void {
  switch (event.type) {
    case "text-start":
    case "reasoning-start": {
      const kind = event.type === "text-start" ? "text" : "reasoning";
      story.open(`part ${event.id}`, story.add(event, kind, "", { depth: story.depthOf(event.stepId) }));
      break;
    }
    case "refusal-delta":
      if (!story.has(`part ${event.id}`)) story.open(`part ${event.id}`, story.add(event, "refusal", ""));
      break;
    case "object-start": {
      const attempt = event.attempt > 1 && { attempt: event.attempt };
      story.open(`part ${event.id}`, story.add(event, "object", event.name, { ...attempt }));
      break;
    }
    case "object-end":
      story.close(`part ${event.id}`, event, !event.valid);
      break;
    case "text-end":
    case "reasoning-end":
      story.close(`part ${event.id}`, event);
      break;
    default:
  }
}

function noteCall(story: Story, event: RunEvent): void {
  switch (event.type) {
    case "tool-input-start": {
      const row = story.add(event, "tool", event.toolName, { depth: story.depthOf(event.stepId) });
      story.open(`call ${event.toolCallId}`, row);
      break;
    }
    case "tool-input-available":
      story.amend(`call ${event.toolCallId}`, { name: callName(event) });
      break;
    case "tool-start":
      if (event.attempt > 1) story.amend(`call ${event.toolCallId}`, { attempt: event.attempt });
      break;
    case "tool-approval-request": {
      const name = story.nameOf(`call ${event.toolCallId}`);
      story.open(`approval ${event.approvalId}`, story.add(event, "approval", name));
      break;
    }
    case "tool-approval-response":
      story.close(`approval ${event.approvalId}`, event, !event.approved);
      break;
    case "tool-output-available":
      if (!event.preliminary) story.close(`call ${event.toolCallId}`, event);
      break;
    case "tool-input-error":
    case "tool-output-error":
    case "tool-output-denied":
      story.close(`call ${event.toolCallId}`, event, true);
      break;
    default:
  }
}

/** One row for each word that something says of itself, with how far it was at last. */
function noteWords(story: Story, event: EventOf<"progress" | "tool-progress">, of: string): void {
  const { message = "", progress, total } = event;
  const key = `progress ${of} ${message}`;
  const amount = progress === undefined ? "" : total === undefined ? `${progress}` : `${progress}/${total}`;
  const name = [message, amount].filter((text) => text !== "").join(" · ");
  if (!story.has(key))
    story.open(key, story.add(event, "progress", name, { depth: story.depthOfKey(of) + 1 }));
  else {
    story.amend(key, { name });
    story.close(key, event);
  }
}

const workingStates: ReadonlySet<string> = new Set(["running", "waiting", "retrying"]);

function noteWorkflowStep(story: Story, event: EventOf<"workflow-step">): void {
  const key = `workflow ${event.instance}`;
  if (!story.has(key)) story.open(key, story.add(event, "workflow", event.step));
  if (event.attempt !== undefined && event.attempt > 1) story.amend(key, { attempt: event.attempt });
  if (!workingStates.has(event.state)) story.close(key, event, event.state === "failed");
}
