import { type EventBody, type RunEvent, runEvent } from "#lib/protocol/run-event.ts";
import {
  finishStep,
  ids,
  reasoningDelta,
  reasoningEnd,
  reasoningStart,
  start,
  startStep,
  textDelta,
  textEnd,
  textStart,
  toolInputAvailable,
  toolInputDelta,
  toolInputStart,
  toolOutputAvailable,
  toolOutputError,
  toolStart,
} from "./event-bodies.ts";

export * from "./event-bodies.ts";

/**
 * A log reads as a script: `log(text("It is "), text("5"), toolCall("add", { a: 2 }), result("5"),
 * finish())`.
 */

/** The `ts` of event 1; each later one is 10 ms younger. */
export const firstTs = 1_700_000_000_000;

/**
 * What a line of a script says when it is not an event yet: the script opens, closes and names what it needs.
 */
type Shorthand =
  | { shorthand: "text" | "reasoning"; delta: string }
  | { shorthand: "tool-call"; toolName: string; input: unknown }
  | { shorthand: "result"; output: unknown }
  | { shorthand: "failure"; errorText: string };

export type Line = EventBody | Shorthand;

export interface Numbering {
  runId?: string;
  epoch?: number;
  /**
   * The seq of the first event: 1, and `start` is put before it if the script has none. Higher: an excerpt.
   */
  startAt?: number;
  ts?: number;
}

/** Neighbouring texts are deltas of one part. */
export const text = (delta: string): Line => ({ shorthand: "text", delta });
export const reasoning = (delta: string): Line => ({ shorthand: "reasoning", delta });
/** A call with complete arguments; its ids are call-1, call-2 … in the script's order. */
export const toolCall = (toolName: string, input: unknown = {}): Line => ({
  shorthand: "tool-call",
  toolName,
  input,
});
/** The oldest open call runs and returns an output. */
export const result = (output: unknown): Line => ({ shorthand: "result", output });
/** The oldest open call runs and fails. */
export const failure = (errorText: string): Line => ({ shorthand: "failure", errorText });

/** The numbered log of a script. */
export const log = (...lines: Line[]): RunEvent[] => logWith({}, ...lines);

/** The same, numbered otherwise. */
export const logWith = (numbering: Numbering, ...lines: Line[]): RunEvent[] =>
  numbered((numbering.startAt ?? 1) > 1 ? bodiesAfterStart(lines) : bodies(...lines), numbering);

/** Numbers bodies as they are, well-formed or not. Throws if one is no event of the protocol. */
export function numbered(parts: readonly EventBody[], numbering: Numbering = {}): RunEvent[] {
  const { runId = ids.run, epoch = 1, startAt = 1, ts = firstTs } = numbering;
  return parts.map((body, at) => {
    const seq = startAt + at;
    return runEvent.parse({ runId, epoch, seq, ts: ts + (seq - 1) * 10, ...body });
  });
}

/** The bodies of a script, not numbered yet: from `start` on, every part and step closed before the end. */
export function bodies(...lines: Line[]): EventBody[] {
  const [first] = lines;
  return first && "type" in first && first.type === "start"
    ? write(lines)
    : write([start(), startStep(), ...lines]);
}

const bodiesAfterStart = (lines: readonly Line[]): EventBody[] => write(lines);

const terminals: ReadonlySet<string> = new Set(["finish", "abort", "error", "interrupted"]);
const closesPart: ReadonlySet<string> = new Set(["text-end", "reasoning-end"]);

function write(lines: readonly Line[]): EventBody[] {
  const script = createScript();
  for (const line of lines) {
    if ("shorthand" in line) say(script, line);
    else if (terminals.has(line.type)) script.end(line);
    else script.put(line);
  }
  script.closePart();
  return script.written;
}

function say(script: Script, line: Shorthand): void {
  switch (line.shorthand) {
    case "text":
    case "reasoning":
      return script.write(line.shorthand, line.delta);
    case "tool-call":
      return script.call(line.toolName, line.input);
    case "result":
      return script.answer((toolCallId) => toolOutputAvailable(toolCallId, line.output));
    case "failure":
      return script.answer((toolCallId) => toolOutputError(toolCallId, line.errorText));
    default:
      line satisfies never;
  }
}

type Script = ReturnType<typeof createScript>;

interface OpenThings {
  part: { kind: "text" | "reasoning"; id: string } | undefined;
  stepId: string | undefined;
  calls: string[];
}

function createScript() {
  const written: EventBody[] = [];
  const open: OpenThings = { part: undefined, stepId: undefined, calls: [] };
  const count = { part: 0, call: 0, step: 0 };
  /** After its results, the model is asked again. */
  let answered = false;

  function put(body: EventBody): void {
    const stays = body.type === "text-delta" || body.type === "reasoning-delta" || closesPart.has(body.type);
    if (!stays) closePart();
    note(body);
    written.push(body);
  }

  function note(body: EventBody): void {
    if (body.type === "text-start" || body.type === "reasoning-start") {
      open.part = { kind: body.type === "text-start" ? "text" : "reasoning", id: body.id };
    }
    if (closesPart.has(body.type)) open.part = undefined;
    if (body.type === "start-step") open.stepId = body.stepId;
    if (body.type === "start-step") count.step += 1;
    if (body.type === "finish-step") open.stepId = undefined;
  }

  function closePart(): void {
    const { part } = open;
    open.part = undefined;
    if (part) written.push(part.kind === "text" ? textEnd(part.id) : reasoningEnd(part.id));
  }

  function nextStep(): void {
    if (!answered) return;
    answered = false;
    if (open.stepId !== undefined) put(finishStep("tool-calls", open.stepId));
    put(startStep(`step-${count.step + 1}`, count.step));
  }

  return {
    written,
    put,
    closePart,
    write(kind: "text" | "reasoning", delta: string): void {
      nextStep();
      if (open.part?.kind !== kind) {
        count.part += 1;
        const id = `${kind}-${count.part}`;
        put(kind === "text" ? textStart(id) : reasoningStart(id));
      }
      const id = open.part?.id ?? "";
      put(kind === "text" ? textDelta(delta, id) : reasoningDelta(delta, id));
    },
    call(toolName: string, input: unknown): void {
      nextStep();
      count.call += 1;
      const toolCallId = `call-${count.call}`;
      open.calls.push(toolCallId);
      put(toolInputStart(toolCallId, toolName));
      put(toolInputDelta(toolCallId, JSON.stringify(input)));
      put(toolInputAvailable(toolCallId, toolName, input));
    },
    answer(output: (toolCallId: string) => EventBody): void {
      const toolCallId = open.calls.shift();
      if (toolCallId === undefined) throw new Error("a result without an open toolCall before it");
      put(toolStart(toolCallId));
      put(output(toolCallId));
      answered = open.calls.length === 0;
    },
    end(terminal: EventBody): void {
      closePart();
      if (open.stepId !== undefined)
        put(finishStep(terminal.type === "finish" ? "stop" : "other", open.stepId));
      put(terminal);
    },
  };
}
