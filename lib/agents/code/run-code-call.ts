import { finalAnswerName } from "../../models/code/code-functions.ts";
import { codeFailed, codeToolName, sandboxLost } from "../../protocol/code-call.ts";
import { isRecord } from "../../protocol/is-record.ts";
import type { Part, ToolPart } from "../../protocol/message.ts";
import type { EventBody } from "../../protocol/run-event.ts";
import type { SandboxResult } from "../../sandbox/sandbox.ts";
import { toolOutput } from "../../tools/tool-output.ts";
import { type AgentScope, loopOf, stateOf, takesInbox } from "../agent-scope.ts";
import { closingsInside } from "../run-agent-call.ts";
import { createCodeCalls, type RunCalls } from "./code-calls.ts";
import { inputCode } from "./code-sessions.ts";
import type { CodeTool } from "./code-tool.ts";
import { createLogReporter } from "./log-reporter.ts";

interface CodeCall {
  tool: CodeTool;
  part: ToolPart;
  signal: AbortSignal;
  emit(event: EventBody): Promise<void>;
  runCalls: RunCalls;
}

/**
 * A call whose input is code: runs it, with all that it calls, from wherever the log stands to a result.
 * True: it waits for a person, and goes on from the log when it is called once more.
 */
export async function runCodeCall(scope: AgentScope, call: CodeCall): Promise<boolean> {
  const { part, signal, emit } = call;
  try {
    for (;;) {
      const attempt = await runCodeOnce(scope, call);
      if (signal.aborted || attempt === "ended") return false;
      if (attempt === "waiting") return true;
    }
  } catch (error) {
    if (signal.aborted) return false;
    const errorText = error instanceof Error ? error.message : String(error);
    await emit({ ...failedCall(part), errorText, code: sandboxLost });
    return false;
  }
}

/** "decided": it was about to wait for a person, who has answered meanwhile. */
async function runCodeOnce(scope: AgentScope, call: CodeCall): Promise<"ended" | "waiting" | "decided"> {
  const { tool, part, emit } = call;
  const { context, codeSessions } = scope.share;
  const waits = new AbortController();
  const signal = AbortSignal.any([call.signal, waits.signal]);
  const earlier = await earlierParts(scope);
  const parts = [...earlier, ...context.state.parts];
  const calls = [...earlier, ...stateOf(scope).parts].filter(isCodeCall);
  const newest = parts.find((each) => each.type === "tool" && each.toolCallId === part.toolCallId);
  const shownLength = printedBy(newest).length;
  const { clock } = context;
  const logs = createLogReporter({ toolCallId: part.toolCallId, shownLength, clock, signal, emit });
  const inside = createCodeCalls(scope, { ...call, parts, signal, onWaiting: () => waits.abort() });
  const answers: unknown[] = [];
  try {
    const result = await codeSessions.run(part, {
      ...{ loop: loopOf(scope), calls, parts, signal, onLog: logs.push },
      functions: [...tool.functions.map(({ name }) => name), finalAnswerName],
      async callTool(name, input) {
        if (name !== finalAnswerName) return inside.call(name, input);
        answers.push(input);
        return null;
      },
    });
    await inside.settled();
    await logs.end();
    if (waits.signal.aborted || inside.isWaiting) return inside.isWaiting ? "waiting" : "decided";
    if (call.signal.aborted) return "ended";
    await context.durable();
    for (const event of closingsInside(context.state, part.toolCallId, notAskedAgain)) await emit(event);
    for (const event of codeResultEvents(part, result, { printed: logs.text, answers })) await emit(event);
    return "ended";
  } finally {
    inside.end();
  }
}

const notAskedAgain = { code: "stopped", errorText: "the code did not wait for it" };

/** Those of the answer that is continued: its code has set what the next one builds on. */
async function earlierParts(scope: AgentScope): Promise<readonly Part[]> {
  const { share } = scope;
  if (!takesInbox(scope)) return [];
  const last = (share.messages ?? (await share.context.history()))?.at(-1);
  return last?.role === "assistant" ? last.parts : [];
}

const isCodeCall = (part: Part): part is ToolPart =>
  part.type === "tool" && part.toolName === codeToolName && part.parentToolCallId === undefined;

const printedBy = (part: Part | undefined): string =>
  part?.type === "tool" && isRecord(part.output) && typeof part.output.printed === "string"
    ? part.output.printed
    : "";

interface GivenByCode {
  printed: string;
  /** By `final_answer`; the first counts. */
  answers: readonly unknown[];
}

function codeResultEvents(
  part: ToolPart,
  result: SandboxResult,
  { printed, answers }: GivenByCode,
): EventBody[] {
  const { toolCallId } = part;
  const images = result.images.map(({ mediaType, data }) => ({ type: "image", mimeType: mediaType, data }));
  const output = { ...(printed !== "" && { printed }), ...(images.length > 0 && { images }) };
  if (answers.length > 0) return [toolOutput(toolCallId, { ...output, answer: answers[0] })];
  if (result.ok)
    return [toolOutput(toolCallId, { ...output, ...(result.value !== null && { value: result.value }) })];
  const shown = printed === "" && images.length === 0 ? [] : [toolOutput(toolCallId, output, true)];
  const isLost = result.reason !== "error";
  return [
    ...shown,
    {
      ...failedCall(part),
      errorText: failureText(inputCode(part), result) + (isLost ? lostText : ""),
      code: isLost ? sandboxLost : codeFailed,
    },
  ];
}

const failedCall = ({ toolCallId }: ToolPart) => ({ type: "tool-output-error", toolCallId }) as const;

const lostText = "\nAll variables are gone: the next code begins with none.";

/** With the line that failed, as it stands in the code. */
function failureText(code: string, { message, line }: Extract<SandboxResult, { ok: false }>): string {
  const text = line === undefined ? undefined : code.split("\n")[line - 1]?.trim();
  return text === undefined ? message : `${message}\nLine ${line}: ${text.slice(0, 200)}`;
}
