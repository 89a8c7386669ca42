import type { RunEvent } from "#lib/protocol/run-event.ts";
import type { ApprovalPolicy, Tool, ToolContext, ToolEffect } from "#lib/tools/tool.ts";
import type { RerunLog } from "./rerun-log.ts";

/** More than the time between two words of progress that a call may say, ms. */
const progressMs = 110;

/** The tools of a run: what they are is as it is now, what they give is as it was recorded. */
export function recordedTools(
  recorded: readonly RunEvent[],
  known: readonly Tool[],
  log: RerunLog,
): readonly Tool[] {
  const names = new Set(
    recorded.flatMap((event) => (event.type === "tool-input-start" ? [event.toolName] : [])),
  );
  const unknown = [...names]
    .filter((name) => !known.some((tool) => tool.name === name) && wasRun(recorded, name))
    .map((name) => outsideTool(name, recorded));
  return [...known, ...unknown].map((tool) => recordedTool(tool, recorded, log));
}

/** One that gives what was recorded of each of its calls. */
export const recordedTool = (tool: Tool, recorded: readonly RunEvent[], log: RerunLog): Tool => ({
  ...tool,
  // Its calls end when they ended.
  timeLimitMs: Infinity,
  run: (_input, context) => recordedCall(recorded, log, context),
});

async function* recordedCall(
  recorded: readonly RunEvent[],
  log: RerunLog,
  context: ToolContext,
): AsyncGenerator<unknown, unknown> {
  const begun =
    log.pushed.findLast((each) => each.type === "tool-start" && each.toolCallId === context.toolCallId)
      ?.seq ?? 0;
  for (const event of recorded) {
    if (!("toolCallId" in event) || event.toolCallId !== context.toolCallId || event.seq <= begun) continue;
    await log.until(event.seq);
    switch (event.type) {
      case "tool-progress":
        context.progress(event.progress, event.total, event.message);
        await log.pause(progressMs);
        break;
      case "tool-approval-request":
        if (event.question) await context.ask(event.question);
        break;
      case "source-url":
        await context.cite(event);
        break;
      case "tool-output-available":
        if (!event.preliminary) return event.output;
        yield event.output;
        break;
      case "tool-output-error":
        throw new Error(event.errorText);
      default:
    }
  }
  // Nobody waited for it to the end.
  return new Promise<unknown>((resolve) =>
    context.signal.addEventListener("abort", () => resolve(undefined), { once: true }),
  );
}

const callsOf = (name: string, recorded: readonly RunEvent[]): string[] =>
  recorded.flatMap((event) =>
    event.type === "tool-input-start" && event.toolName === name ? [event.toolCallId] : [],
  );

const wasRun = (recorded: readonly RunEvent[], name: string): boolean => {
  const calls = callsOf(name, recorded);
  return recorded.some((event) => event.type === "tool-start" && calls.includes(event.toolCallId));
};

const effects: readonly ToolEffect[] = ["read", "write", "network", "code"];

/** Of a program that is not here. */
function outsideTool(name: string, recorded: readonly RunEvent[]): Tool {
  const isOutside = recorded.some((event) => event.type === "tool-start" && event.isOutside);
  const ids = new Set(callsOf(name, recorded));
  const asked = recorded
    .filter((event) => event.type === "tool-approval-request")
    .find(({ toolCallId, question }) => ids.has(toolCallId) && !question)?.effect;
  return {
    name,
    description: name,
    inputSchema: { type: "object" },
    effect: effects.find((each) => each === asked) ?? (isOutside ? "network" : "read"),
    parse: (input) => ({ type: "ok", input }),
    run: () => undefined,
  };
}

/** A call is asked about where it was. */
export const recordedPolicy =
  (recorded: readonly RunEvent[]): ApprovalPolicy =>
  ({ toolCallId }) => {
    const ofCall = recorded.filter((event) => "toolCallId" in event && event.toolCallId === toolCallId);
    const first = ofCall.find(
      (event) => event.type === "tool-approval-request" || event.type === "tool-start",
    );
    // Once it has begun, it is asked about, and denied, because nobody knows what came of it.
    if (first?.type === "tool-start") return "run";
    if (first?.type === "tool-approval-request" && !first.question) return "ask";
    return ofCall.some((event) => event.type === "tool-output-denied") ? "deny" : "run";
  };
