import { codeFunctions } from "../../models/code/code-functions.ts";
import { codeFailed, sandboxLost } from "../../protocol/code-call.ts";
import { isRecord } from "../../protocol/is-record.ts";
import type { Part, ToolPart } from "../../protocol/message.ts";
import type { Sandbox, SandboxOptions, SandboxResult, SandboxRun } from "../../sandbox/sandbox.ts";
import type { ProducerContext } from "../producer.ts";
import { callKey, createKeptResults } from "./kept-results.ts";

/*
 * The sandboxes of a run: one for each loop of an agent that writes code, with what its code has set so far.
 *
 * 1. The globals are a fold of the log: what the code of the finished calls has set. A process that does not
 *    have them runs that code again, in its order, and gives it the results that the log has. No tool is
 *    called for that, nor need it be there any more.
 * 2. The same code does the same again: its chance begins with the id of the run, and its time is that of its
 *    call.
 * 3. Behind code that ended its sandbox (time, memory, output) nothing of before is left; the model was told.
 * 4. A sandbox that has had nothing to run for a while is closed: others may wait for one.
 * 5. One call runs at a time. What was ended in the middle is run anew, in a sandbox of its own.
 */

/** May wait for its turn; rejects once the signal has aborted. */
export type OpenSandbox = (options: SandboxOptions, signal?: AbortSignal) => Promise<Sandbox>;

export interface CodeSessions {
  /** Runs the code of the call, behind that of the calls of its loop before it. */
  run(part: ToolPart, given: CodeRun): Promise<SandboxResult>;
  /** What was opened for the calls of the loop is closed. */
  close(loop: string): Promise<void>;
}

interface CodeRun extends Pick<SandboxRun, "onLog" | "callTool"> {
  /** By which the loop is known. */
  loop: string;
  /** The calls of the loop. */
  calls: readonly ToolPart[];
  /** All of the answer, what was called inside of them too. */
  parts: readonly Part[];
  functions: readonly string[];
  signal: AbortSignal;
}

interface CodeSession {
  sandbox: Sandbox;
  /** The calls whose code it has run. */
  ran: readonly string[];
  /** 4. */
  timer?: NodeJS.Timeout;
}

/** 4. Running the code again costs less than what this keeps, ms. */
const idleSandboxMs = 30_000;

export function createCodeSessions(
  open: OpenSandbox | undefined,
  { clock, state }: Pick<ProducerContext, "clock" | "state">,
): CodeSessions {
  const sessions = new Map<string, CodeSession>();
  const seed = seedOf(state.runId);

  async function ready(part: ToolPart, given: CodeRun): Promise<CodeSession> {
    const { loop, calls } = given;
    const before = codeBefore(calls, part);
    const ids = before.map(({ toolCallId }) => toolCallId);
    const known = sessions.get(loop);
    clearTimeout(known?.timer);
    if (known && !known.sandbox.isClosed && isSameOrder(known.ran, ids)) return known;
    await close(loop);
    const session: CodeSession = { sandbox: await openOne(given), ran: ids };
    sessions.set(loop, session);
    for (const call of before) {
      await runAgain(session.sandbox, call, given);
      if (!session.sandbox.isClosed || given.signal.aborted) continue;
      // It took more than it had taken. What it had set is lost, and the model is told so by its own code.
      session.sandbox = await openOne(given);
      break;
    }
    return session;
  }

  async function openOne({ functions, calls, parts, signal }: CodeRun): Promise<Sandbox> {
    if (!open) throw new TypeError("there is no sandbox to run code in");
    const tools = new Set([...functions, ...calls.flatMap((call) => calledIn(parts, call))]);
    const sandbox = await open({ tools: [...tools], seed }, signal);
    if (!signal.aborted) return sandbox;
    await sandbox.close();
    throw new Error("the run has ended");
  }

  /** 1. */
  async function runAgain(sandbox: Sandbox, call: ToolPart, { parts, signal }: CodeRun): Promise<void> {
    const kept = createKeptResults(callsInside(parts, call), clock, signal);
    const keyOf = callKey(call.toolCallId);
    await sandbox.run(inputCode(call), {
      signal,
      now: call.startedAt,
      callTool: (name, input) => kept.resultOf(keyOf(name, input)) ?? Promise.resolve(null),
    });
  }

  async function close(loop: string): Promise<void> {
    const session = sessions.get(loop);
    sessions.delete(loop);
    clearTimeout(session?.timer);
    await session?.sandbox.close();
  }

  return {
    async run(part, given) {
      const session = await ready(part, given);
      const { onLog, callTool, signal } = given;
      const result = await session.sandbox.run(inputCode(part), {
        ...{ signal, now: part.startedAt },
        ...(onLog && { onLog }),
        ...(callTool && { callTool }),
      });
      session.ran = [...session.ran, part.toolCallId];
      if (sessions.get(given.loop) === session)
        session.timer = setTimeout(() => void close(given.loop), idleSandboxMs).unref();
      return result;
    },
    close,
  };
}

/** 3. */
function codeBefore(calls: readonly ToolPart[], part: ToolPart): readonly ToolPart[] {
  const at = calls.findIndex(({ toolCallId }) => toolCallId === part.toolCallId);
  const before = at === -1 ? calls : calls.slice(0, at);
  const lost = before.findLastIndex(({ code }) => code === sandboxLost);
  return before.slice(lost + 1).filter(wasRun);
}

const wasRun = ({ state, code }: ToolPart): boolean =>
  state === "output-available" || (state === "output-error" && code === codeFailed);

/** What was called inside of a call. */
export const callsInside = (parts: readonly Part[], { toolCallId }: ToolPart): readonly ToolPart[] =>
  parts.filter((part): part is ToolPart => part.type === "tool" && part.parentToolCallId === toolCallId);

/** The functions that code has called: it finds them again, whatever is offered by now. (1) */
function calledIn(parts: readonly Part[], call: ToolPart): string[] {
  const names = new Set(callsInside(parts, call).map(({ toolName }) => toolName));
  return codeFunctions([...names].map((name) => ({ name, inputSchema: {} }))).map(({ name }) => name);
}

export const inputCode = ({ input }: ToolPart): string =>
  isRecord(input) && typeof input.code === "string" ? input.code : "";

const isSameOrder = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((id, at) => id === other[at]);

/** 2. The first digits of an id are as good as any. */
const seedOf = (runId: string): number => Number.parseInt(runId.replaceAll("-", "").slice(0, 7), 16) || 1;
