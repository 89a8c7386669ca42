import type { Agent } from "#lib/agents/agent.ts";
import { decodeFixture, type RunFixture } from "#lib/protocol/run-fixture.ts";
import type { Workflow } from "#lib/workflows/define-workflow.ts";

interface Known {
  agents: readonly Agent[];
  workflows: readonly Workflow[];
  /** It is asked of a model that answers now. */
  isAnew: boolean;
}

/** A run of a file; or why it is none, in words. */
export function readRun(text: string): RunFixture | string {
  try {
    return decodeFixture(text);
  } catch (error) {
    return `it cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Why a recorded run cannot be run again, in words; undefined: it can. */
export function whyNotAgain(
  { messages, events }: RunFixture,
  { agents, workflows, isAnew }: Known,
): string | undefined {
  const [start] = events;
  if (!start) return "it holds no events: nothing had been written when it was saved";
  if (start.type !== "start" || start.seq !== 1)
    return `its log begins with event ${start.seq}, ${start.type}: what was before it is not in the file`;
  const gap = events.find((event, at) => event.seq !== at + 1);
  if (gap) return `events are missing before event ${gap.seq}`;
  if (!messages.some(({ role }) => role === "user"))
    return "it holds no question: nobody knows what was asked";
  const { agent } = start;
  const isWorkflow = workflows.some(({ name }) => name === agent);
  if (isWorkflow && isAnew) return `${agent} is a workflow: what its agents are told stands in its file`;
  const writer = agents.find(({ name }) => name === agent);
  if (!writer && !isWorkflow) return `no agent or workflow here is named ${agent}`;
  if (isAnew && writer?.writesCode)
    return `${agent} writes code: what that gives anew takes a sandbox and tools that answer`;
  if (!isAnew && events.some((event) => event.type === "agent-input" && (event.leftOut || event.shortened)))
    return "its model was not sent all of the conversation, by limits that are not in the file";
  if (!isAnew && events.some(({ type }) => type === "history-summary"))
    return "a summary was made beside it: what that was asked is not in the file";
  return undefined;
}
