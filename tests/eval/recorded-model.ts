import { inputHash } from "#lib/agents/input-hash.ts";
import type { Model, ModelPart } from "#lib/models/model.ts";
import { ModelError } from "#lib/models/model-error.ts";
import type { ModelRequest } from "#lib/models/model-request.ts";
import { type ErrorCode, errorCodes } from "#lib/protocol/codes.ts";
import type { EventOf, FinishReason, RunEvent } from "#lib/protocol/run-event.ts";
import { asksForCode, createWrittenReply, faultyText } from "./recorded-code.ts";
import type { RecordedRequest, RecordedSteps } from "./recorded-steps.ts";
import type { RerunLog } from "./rerun-log.ts";

export interface RecordedModelOptions {
  id: string;
  prefills: boolean;
  log: RerunLog;
  steps: RecordedSteps;
  /** How the run ended; a request that was under way then failed for that reason. */
  end: RunEvent | undefined;
}

/** A model that says in each step of a run what was recorded of that step, whatever it is asked. */
export function recordedModel({ id, prefills, log, steps, end }: RecordedModelOptions): Model {
  /** How many requests a step has made since it began, by the step and how often that was. */
  const made = new Map<string, number>();

  async function* stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart> {
    const asked = findAsked(request);
    const count = made.get(asked.key) ?? 0;
    made.set(asked.key, count + 1);
    const recorded = steps.requests(asked.stepId, asked.round)[count];
    if (!recorded) throw new ModelError("bad-response", "nothing was recorded of this", { retryable: false });
    for await (const part of partsOf(recorded, request, log)) {
      if (signal.aborted) return;
      yield part;
    }
    if (recorded.retry) throw retriedError(recorded.retry);
    if (reasonOf(recorded) || signal.aborted) return;
    if (end?.type === "error") throw errorOf(end);
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  }

  /** The step whose `agent-input` says that it asks this, and how often it has begun. */
  function findAsked(request: ModelRequest): { stepId: string; round: number; key: string } {
    const hash = inputHash(request.messages);
    const inputs = log.pushed.filter((event) => event.type === "agent-input");
    const rounds = inputs.map(({ stepId, hash: of, seq }) => {
      const round = inputs.filter((each) => each.stepId === stepId && each.seq <= seq).length;
      return { stepId, round, of, key: `${stepId} ${round}` };
    });
    const ofHash = rounds.filter(({ of }) => of === hash);
    // What is asked in a form of ours has another hash than its step says.
    const next = asksForCode(request) ? rounds.find(({ key }) => !made.has(key)) : undefined;
    const found = ofHash.find(({ key }) => !made.has(key)) ?? ofHash.at(-1) ?? next ?? rounds.at(-1);
    return found ?? { stepId: "", round: 0, key: "" };
  }

  return { id, demo: false, prefills, stream };
}

/** What its model said in one request, as it was written into the log. */
async function* partsOf(
  recorded: RecordedRequest,
  request: ModelRequest,
  log: RerunLog,
): AsyncGenerator<ModelPart> {
  const { messages } = request;
  const { events, finish, usage } = recorded;
  const written = asksForCode(request) ? createWrittenReply(events) : undefined;
  const indexes = new Map<string, number>();
  let given = keptText(messages, events);
  let causedAt = 0;
  let lastSeq = 0;
  let mark = "";
  for (const event of events) {
    // What begins a text comes of its first words.
    if (event.type === "text-start" || event.type === "reasoning-start") causedAt ||= event.seq;
    const text = written?.textOf(event);
    if (text !== undefined && begins(event)) {
      // A mark: what it ends and what it begins are known when more has come.
      if (event.type === "tool-input-start") indexes.set(event.toolCallId, indexes.size);
      mark += text;
      causedAt ||= lastSeq || event.seq;
      continue;
    }
    const part: ModelPart | undefined =
      text === undefined ? partOf(event, indexes, usage) : { type: "text", delta: mark + text };
    // A written text ends where what follows it begins.
    if (!part || (written && part.type === "text-end")) continue;
    if (text !== undefined) mark = "";
    await log.until(causedAt || event.seq);
    causedAt = 0;
    lastSeq = event.seq;
    if (part.type === "text" && given !== "") yield { ...part, delta: given + part.delta };
    else yield part;
    if (part.type === "text") given = "";
  }
  for (const event of events)
    if (event.type === "tool-input-available" || event.type === "tool-input-error") {
      const index = indexes.get(event.toolCallId);
      const { providerMetadata } = event;
      if (index !== undefined && providerMetadata) yield { type: "tool-call-end", index, providerMetadata };
    }
  if (usage) {
    // Its total is of all that was used by then.
    await log.until(usage.seq);
    yield { type: "usage", usage: usage.usage };
  }
  const reason = reasonOf(recorded);
  const { fault } = finish ?? {};
  if (!reason) return;
  if (!written) return yield { type: "finish", reason, ...(fault !== undefined && { fault }) };
  const faulty = faultyText(fault);
  if (faulty !== "") yield { type: "text", delta: faulty };
  yield { type: "finish", reason: reason === "tool-calls" ? "stop" : reason };
}

const begins = ({ type }: RunEvent): boolean => type === "tool-input-start" || type === "reasoning-start";

/** How its model ended it; undefined: it did not. Its calls are read once it has. */
const reasonOf = ({ events, finish }: RecordedRequest): FinishReason | undefined =>
  finish?.finishReason ??
  (events.some((event) => event.type === "tool-input-available" && !isHosted(event, events))
    ? "tool-calls"
    : undefined);

const isHosted = ({ toolCallId }: HostedEvent, events: readonly RunEvent[]): boolean =>
  events.some(
    (event) => event.type === "tool-input-start" && event.toolCallId === toolCallId && event.providerExecuted,
  );

function partOf(
  event: RunEvent,
  indexes: Map<string, number>,
  usage: EventOf<"usage"> | undefined,
): ModelPart | undefined {
  switch (event.type) {
    case "text-delta":
    case "reasoning-delta":
    case "refusal-delta": {
      const { delta, cursor } = event;
      const type =
        event.type === "text-delta" ? "text" : event.type === "refusal-delta" ? "refusal" : "reasoning";
      return { type, delta, ...(cursor !== undefined && { cursor }) };
    }
    case "text-end":
    case "reasoning-end": {
      // Behind the usage it is the end of the step that ends it.
      if (usage && event.seq > usage.seq) return undefined;
      const { type, providerMetadata, cursor } = event;
      return { type, ...(providerMetadata && { providerMetadata }), ...(cursor !== undefined && { cursor }) };
    }
    case "tool-input-start": {
      if (event.providerExecuted)
        return { type: "hosted-call-start", callId: event.toolCallId, toolName: event.toolName };
      const index = indexes.size;
      indexes.set(event.toolCallId, index);
      return { type: "tool-call-start", index, toolCallId: event.toolCallId, toolName: event.toolName };
    }
    case "tool-input-delta": {
      const index = indexes.get(event.toolCallId) ?? 0;
      return { type: "tool-call-delta", index, delta: event.inputTextDelta };
    }
    case "tool-input-available":
    case "tool-output-available":
    case "tool-output-error":
      // Of its own calls the model says no more, and behind its usage its step ends those of its provider.
      return indexes.has(event.toolCallId) || (usage && event.seq > usage.seq)
        ? undefined
        : hostedPart(event);
    case "source-url":
      return event.toolCallId === undefined
        ? { type: "source", url: event.url, ...(event.title !== undefined && { title: event.title }) }
        : undefined;
    case "object-delta":
      return { type: "text", delta: event.delta };
    case "model-response":
      return { type: "response", responseId: event.responseId };
    case "model-name":
      return { type: "model", name: event.name };
    default:
      return undefined;
  }
}

type HostedEvent = EventOf<"tool-input-available" | "tool-output-available" | "tool-output-error">;

function hostedPart(event: HostedEvent): ModelPart {
  const { toolCallId: callId } = event;
  switch (event.type) {
    case "tool-input-available":
      return { type: "hosted-call-input", callId, input: event.input };
    case "tool-output-available":
      return { type: "hosted-call-end", callId, output: event.output };
    case "tool-output-error":
      return { type: "hosted-call-end", callId, errorText: event.errorText };
    default:
      return event satisfies never;
  }
}

/** What a model that was given its text back repeats of it: enough to be known as that, and cut. */
function keptText(messages: ModelRequest["messages"], events: readonly RunEvent[]): string {
  const isAnew = events.some((event) => event.type === "continue-step");
  const [last, before] = [messages.at(-1), messages.at(-2)];
  const answer = last?.role === "assistant" ? last : before?.role === "assistant" ? before : undefined;
  const isGiven = last?.role === "assistant" || (last?.role === "user" && before?.role === "assistant");
  const part = answer?.content.findLast((each) => each.type === "text");
  const goesOn = events.some((event) => event.type === "text-delta") && events[0]?.type !== "text-start";
  if (isAnew || !isGiven || !goesOn || part?.type !== "text" || part.text.length < 24) return "";
  return part.text.slice(-Math.min(200, part.text.length));
}

const isCode = (code: string): code is Exclude<ErrorCode, "unexpected"> =>
  code !== "unexpected" && (errorCodes as readonly string[]).includes(code);

const retriedError = ({ reason }: EventOf<"retry">): ModelError =>
  new ModelError(isCode(reason) ? reason : "provider-failed", "as it was recorded", { retryable: true });

function errorOf({ code, errorText, retryable, host, status, retryAfterMs }: EventOf<"error">): ModelError {
  const facts = {
    ...(host !== undefined && { host }),
    ...(status !== undefined && { status }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
  return new ModelError(isCode(code) ? code : "bad-response", errorText, { retryable, facts });
}
