import type { OpenSandbox } from "#lib/agents/code/code-sessions.ts";
import { codeFunctions, finalAnswerName } from "#lib/models/code/code-functions.ts";
import { codeFailed, codeToolName } from "#lib/protocol/code-call.ts";
import { isRecord } from "#lib/protocol/is-record.ts";
import type { ToolPart } from "#lib/protocol/message.ts";
import type { EventOf, RunEvent } from "#lib/protocol/run-event.ts";
import type { SandboxImage, SandboxResult, SandboxRun } from "#lib/sandbox/sandbox.ts";
import type { JsonValue } from "#lib/structured/json-value.ts";
import type { RerunLog } from "./rerun-log.ts";

type OutputEvent = EventOf<"tool-output-available">;
type EndEvent = OutputEvent | EventOf<"tool-output-error">;

/**
 * Sandboxes in which no code runs: it calls what it called, prints what it printed and comes to what it came
 * to, when it did.
 */
export const recordedSandboxes =
  (recorded: readonly RunEvent[], log: RerunLog): OpenSandbox =>
  async () => {
    let isClosed = false;
    return {
      async run(code, run = {}) {
        const call = openCall(log, code, run.now);
        // Code of before, for what it has set: that is nothing here.
        if (!call || !run.callTool || !run.onLog) return nothing;
        const result = await runRecorded(recorded, log, call, run);
        isClosed ||= !result.ok && result.reason !== "error";
        return result;
      },
      get isClosed() {
        return isClosed;
      },
      async close() {
        isClosed = true;
      },
    };
  };

const nothing: SandboxResult = { ok: true, value: null, images: [] };
const stopped: SandboxResult = { ok: false, reason: "stopped", message: "the run was stopped", images: [] };

/** What code prints is in the log after a pause; undefined: nothing more of it is. */
export function nextPrint(recorded: readonly RunEvent[], { pushed }: RerunLog): number | undefined {
  const printed = new Set(pushed.filter(isOutput).map(outputKey));
  const ends = recorded.filter(isCodeEnd);
  return recorded.find(
    (event) =>
      isOutput(event) &&
      ends.some((end) => end.toolCallId === event.toolCallId) &&
      isPrint(event, recorded) &&
      !printed.has(outputKey(event)),
  )?.seq;
}

const outputKey = ({ toolCallId, output }: OutputEvent): string => `${toolCallId} ${JSON.stringify(output)}`;

const isOutput = (event: RunEvent): event is OutputEvent =>
  event.type === "tool-output-available" && event.preliminary === true;

const isCodeEnd = (event: RunEvent): event is EventOf<"tool-input-available"> =>
  event.type === "tool-input-available" && event.toolName === codeToolName;

/** Of code that failed, the last output is no print: it is all that it had printed, with its end. */
function isPrint(event: OutputEvent, recorded: readonly RunEvent[]): boolean {
  const next = recorded.find((each) => each.seq > event.seq && isOf(each, event.toolCallId));
  return next?.type !== "tool-output-error" || wasThrown(next);
}

const isOf = (event: RunEvent, toolCallId: string): boolean =>
  "toolCallId" in event && event.toolCallId === toolCallId;

/** By the code's own line or limit, and by nothing around it. */
const wasThrown = ({ code, errorText }: EventOf<"tool-output-error">): boolean =>
  code !== codeFailed && !errorText.includes(lostWords);

const lostWords = "\nAll variables are gone";

const openCall = (log: RerunLog, code: string, now: number | undefined): ToolPart | undefined =>
  log.state.parts.findLast(
    (part): part is ToolPart =>
      part.type === "tool" &&
      part.toolName === codeToolName &&
      part.endedAt === undefined &&
      part.startedAt === now &&
      isRecord(part.input) &&
      part.input["code"] === code,
  );

interface MadeCall {
  seq: number;
  index: number;
  name: string;
  input: JsonValue;
}

async function runRecorded(
  recorded: readonly RunEvent[],
  log: RerunLog,
  { toolCallId }: ToolPart,
  { signal, onLog, callTool }: SandboxRun,
): Promise<SandboxResult> {
  const begun = log.pushed.length;
  const own = recorded.filter((event) => isOf(event, toolCallId));
  const end = own.find((event): event is EndEvent => event.seq > begun && isEnd(event));
  const going: Promise<unknown>[] = [];
  let count = 0;
  let printed = "";

  function print(text: string): void {
    if (text.length > printed.length) onLog?.(text.slice(printed.length));
    printed = text;
  }

  function call({ index, name, input }: MadeCall): void {
    // One that was refused before it began is in no log.
    for (; count < index; count += 1) void callTool?.(name, tooDeep()).catch(() => undefined);
    count = index + 1;
    going.push(Promise.resolve(callTool?.(name, input)).catch(() => undefined));
  }

  const calls = callsInside(recorded, toolCallId);
  const prints = own.filter(isOutput).filter((event) => isPrint(event, recorded));
  const before = calls.filter(({ seq }) => seq <= begun).toSorted((one, other) => one.index - other.index);
  print(printedIn(prints.findLast(({ seq }) => seq <= begun)?.output));
  before.forEach(call);
  const later = [...calls, ...prints].filter(({ seq }) => seq > begun && seq < (end?.seq ?? Infinity));
  for (const next of later.toSorted((one, other) => one.seq - other.seq)) {
    await log.until(next.seq, signal);
    if (signal?.aborted) return stopped;
    if ("index" in next) call(next);
    else print(printedIn(next.output));
  }
  const aborted = untilAborted(signal);
  await Promise.race([end ? Promise.all(going) : aborted, aborted]);
  if (signal?.aborted || !end) return stopped;
  return resultOf(end, own, { print, answer: (answer) => callTool?.(finalAnswerName, answer) });
}

const isEnd = (event: RunEvent): boolean =>
  event.type === "tool-output-error" || (event.type === "tool-output-available" && !event.preliminary);

const untilAborted = (signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted) resolve();
    else signal?.addEventListener("abort", () => resolve(), { once: true });
  });

/** No tool takes it. */
function tooDeep(): JsonValue {
  let value: JsonValue = 0;
  for (let depth = 0; depth < 2000; depth += 1) value = [value];
  return value;
}

/** Each begins a step inside of the call of the code. */
function callsInside(recorded: readonly RunEvent[], parent: string): MadeCall[] {
  return recorded.flatMap((event) => {
    if (event.type !== "start-step" || event.parentToolCallId !== parent) return [];
    const start = recorded.find((each) => each.type === "tool-input-start" && each.stepId === event.stepId);
    const given = recorded.find(
      (each): each is EventOf<"tool-input-available"> =>
        each.type === "tool-input-available" && start !== undefined && isOf(start, each.toolCallId),
    );
    if (!given) return [];
    const tool = { name: given.toolName, inputSchema: {} };
    const name = codeFunctions([tool])[0]?.name ?? "";
    // Cast: a call's arguments are JSON.
    return [{ seq: event.seq, index: event.index, name, input: given.input as JsonValue }];
  });
}

const printedIn = (output: unknown): string =>
  isRecord(output) && typeof output["printed"] === "string" ? output["printed"] : "";

interface Given {
  print(text: string): void;
  answer(answer: JsonValue): Promise<unknown> | undefined;
}

/** What it came to, and what it had given by then. */
async function resultOf(
  end: EndEvent,
  own: readonly RunEvent[],
  { print, answer }: Given,
): Promise<SandboxResult> {
  if (end.type === "tool-output-available") {
    const output = isRecord(end.output) ? end.output : {};
    print(printedIn(output));
    // Casts: outputs are JSON.
    if ("answer" in output) await answer(output["answer"] as JsonValue);
    return { ok: true, value: (output["value"] as JsonValue) ?? null, images: imagesIn(output) };
  }
  if (wasThrown(end)) throw new Error(end.errorText);
  const last = own.filter(isOutput).findLast(({ seq }) => seq < end.seq);
  print(printedIn(last?.output));
  const [text = ""] = end.errorText.split(lostWords);
  const [, message = text, line] = /^([\s\S]*)\nLine (\d+): [^\n]*$/.exec(text) ?? [];
  return {
    ...{ ok: false, reason: end.code === codeFailed ? "error" : "time", message },
    ...(line !== undefined && { line: Number(line) }),
    images: imagesIn(last?.output),
  };
}

function imagesIn(output: unknown): SandboxImage[] {
  if (!isRecord(output) || !Array.isArray(output["images"])) return [];
  return output["images"].map(({ mimeType, data }) => ({ mediaType: mimeType, data }));
}
