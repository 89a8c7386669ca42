import type { ModelContent } from "../models/model.ts";
import { begunAnew } from "../protocol/codes.ts";
import type { EventBody, ProviderMetadata } from "../protocol/run-event.ts";
import type { CitedPage } from "../tools/tool.ts";
import { createHostedCalls } from "./hosted-calls.ts";
import { createObjectParts } from "./output/object-parts.ts";
import type { ObjectOutput } from "./output/output.ts";
import { answerToolName } from "./output/output-request.ts";
import { createOverlapCut } from "./overlap-cut.ts";

/** A call as the model has written it so far. */
export interface ModelCall {
  toolCallId: string;
  toolName: string;
  /** Its arguments, byte for byte. */
  input: string;
  providerMetadata?: ProviderMetadata;
}

/** Turns what a model says in one step into events: opens and ends the parts. */
export interface StepParts {
  take(part: ModelContent): EventBody[];
  /** Ends the text that is open. */
  end(): EventBody[];
  /** In the order in which the model began them. */
  calls(): readonly ModelCall[];
  /** All text of the step, what was kept of it first. */
  text(): string;
  /** The model has declined. */
  hasRefused(): boolean;
  /**
   * What is wrong with the object that was asked for, in words for the model; undefined also where none was.
   */
  objectFault(): string | undefined;
}

type GivenEnd = Extract<ModelContent, { type: "text-end" | "reasoning-end" }>;
type WrittenDelta = Extract<EventBody, { type: "text-delta" | "reasoning-delta" | "refusal-delta" }>;

interface OpenText {
  type: "text" | "reasoning" | "refusal";
  id: string;
  /** A refusal has no start: its first delta names the step. */
  namesStep: boolean;
}

/** What is kept of an answer that is continued. */
export interface KeptText {
  /** The part that is being written: the provider gives the rest of the very same answer. */
  open?: PartId;
  /**
   * The part that the first text goes on in, also behind a thought. Absent: what is written joins by itself.
   */
  next?: PartId;
  /**
   * The model was given its text back, up to where it breaks off: what it repeats of that is cut. `attempt`
   * is its own.
   */
  given?: { text: string; attempt: number };
  /** All text of the step. */
  text?: string;
  hasRefused?: boolean;
}

export interface StepPartsOptions {
  kept?: KeptText;
  /** Gives an id of a call that no other call of the run has. */
  uniqueCallId?(toolCallId: string): string;
  /** The event that names a page which the provider says a text is from; undefined: it is named already. */
  cite?(page: CitedPage): EventBody | undefined;
  /** The answer is to be an object; `attempt`: of the first one in this step. */
  object?: { output: ObjectOutput; attempt: number; hasFit: boolean } | undefined;
}

type PartId = Pick<OpenText, "type" | "id">;

/** Ids of parts are `prefix` and a number: the same answer of the model gives the same events. */
export function createStepParts(
  stepId: string,
  prefix: string,
  { kept = {}, uniqueCallId = (id) => id, cite, object }: StepPartsOptions = {},
): StepParts {
  const { given } = kept;
  const calls = new Map<number, ModelCall>();
  const hosted = createHostedCalls(stepId, uniqueCallId);
  let open: OpenText | undefined = kept.open && { ...kept.open, namesStep: false };
  let count = 0;
  /** Until it goes on. */
  let { next } = kept;
  /** Set until it is known what of the first text is new. */
  let overlap = given && createOverlapCut(given.text);
  let isAnew = false;
  let { text: written = "", hasRefused = false } = kept;
  const objects = object && createObjectParts({ ...object, stepId, nextId: () => `${prefix}/${count++}` });
  /** The call that stands for the answer. */
  let answerIndex: number | undefined;

  function take(part: ModelContent): EventBody[] {
    switch (part.type) {
      case "text":
      case "refusal":
      case "reasoning":
        if (part.delta === "") return [];
        return overlap && part.type !== "reasoning"
          ? writeNew(part.type, overlap.push(part.delta), part.cursor)
          : write(part.type, part.delta, part.cursor);
      case "reasoning-start":
        return beginGiven(part);
      case "text-end":
      case "reasoning-end":
        return endGiven(part);
      case "tool-call-start": {
        const { index, toolName } = part;
        if (objects && toolName === answerToolName) {
          answerIndex = index;
          return [...end(), ...objects.startCall()];
        }
        const toolCallId = uniqueCallId(part.toolCallId);
        calls.set(index, { toolCallId, toolName, input: "" });
        return [...end(), { type: "tool-input-start", toolCallId, toolName, stepId }];
      }
      case "tool-call-delta": {
        if (objects && part.index === answerIndex) return objects.pushCall(part.delta);
        const call = calls.get(part.index);
        if (!call || part.delta === "") return [];
        call.input += part.delta;
        return [{ type: "tool-input-delta", toolCallId: call.toolCallId, inputTextDelta: part.delta }];
      }
      case "tool-call-end": {
        if (objects && part.index === answerIndex) return objects.endCall();
        const call = calls.get(part.index);
        if (call && part.providerMetadata) call.providerMetadata = part.providerMetadata;
        return [];
      }
      case "hosted-call-start":
        return [...end(), ...hosted.take(part)];
      case "hosted-call-input":
      case "hosted-call-end":
        return hosted.take(part);
      case "source": {
        const { type: _, ...page } = part;
        const event = cite?.(page);
        return event ? [event] : [];
      }
      default:
        return part satisfies never;
    }
  }

  /** Of the first text: `delta` is what is new of it. */
  function writeNew(type: "text" | "refusal", delta: string, cursor?: number): EventBody[] {
    const events = noteAnew();
    const isApart = overlap?.isJoined === false;
    if (overlap?.isDecided) overlap = undefined;
    if (delta === "") return events;
    if (isApart) events.push(...endNext());
    // Where no part can set it apart, a paragraph does.
    return [...events, ...write(type, isApart && !kept.next ? `\n\n${delta}` : delta, cursor)];
  }

  function noteAnew(): EventBody[] {
    if (!given || isAnew || !overlap?.isAnew) return [];
    isAnew = true;
    return [{ type: "continue-step", stepId, attempt: given.attempt, reason: begunAnew }];
  }

  function write(type: OpenText["type"], delta: string, cursor: number | undefined): EventBody[] {
    if (!objects || type !== "text") return writeText(type, delta, cursor);
    return [...objects.push(delta)].flatMap((piece) => placed(piece, cursor));
  }

  /** What is left of a text beside its object, or an event of that. */
  const placed = (piece: EventBody | string, cursor?: number): EventBody[] =>
    typeof piece === "string" ? writeText("text", piece, cursor) : [...endText(), ...endNext(), piece];

  function writeText(type: OpenText["type"], delta: string, cursor: number | undefined): EventBody[] {
    const events: EventBody[] = [];
    const text = open?.type === type ? open : begin(type, events);
    const event = textDelta(text, delta);
    events.push(cursor === undefined ? event : { ...event, cursor });
    return events;
  }

  function begin(type: OpenText["type"], events: EventBody[]): OpenText {
    events.push(...endText());
    if (next?.type === type) {
      open = { ...next, namesStep: false };
      next = undefined;
      return open;
    }
    // A thought is no end of the text that goes on behind it.
    if (type !== "reasoning") events.push(...endNext());
    const id = `${prefix}/${count++}`;
    if (type !== "refusal") events.push({ type: `${type}-start`, id, stepId });
    open = { type, id, namesStep: type === "refusal" };
    return open;
  }

  function beginGiven({ providerMetadata }: Extract<ModelContent, { type: "reasoning-start" }>): EventBody[] {
    const events = endText();
    const id = `${prefix}/${count++}`;
    open = { type: "reasoning", id, namesStep: false };
    return [...events, { type: "reasoning-start", id, stepId, providerMetadata }];
  }

  function textDelta(text: OpenText, delta: string): WrittenDelta {
    const { type, id, namesStep } = text;
    text.namesStep = false;
    if (type === "text") written += delta;
    else if (type === "refusal") hasRefused = true;
    return type === "refusal" && namesStep
      ? { type: "refusal-delta", id, stepId, delta }
      : { type: `${type}-delta`, id, delta };
  }

  /** Nothing is kept of the end of nothing, unless the provider wants something back with it. */
  function endGiven({ type, providerMetadata, cursor }: GivenEnd): EventBody[] {
    const events: EventBody[] = [];
    const kind = type === "text-end" ? "text" : "reasoning";
    if (kind === "text" && overlap) events.push(...endOverlap());
    if (open?.type !== kind && !providerMetadata) return events;
    const { id } = open?.type === kind ? open : begin(kind, events);
    open = undefined;
    const given = { ...(providerMetadata && { providerMetadata }), ...(cursor !== undefined && { cursor }) };
    events.push({ type, id, ...given });
    return events;
  }

  function endText(): EventBody[] {
    if (!open) return [];
    const { type, id } = open;
    open = undefined;
    return type === "refusal" ? [] : [{ type: `${type}-end`, id }];
  }

  /** Ends what is open, with what was held back before it. */
  const end = (): EventBody[] => [
    ...endOverlap(),
    ...(objects?.end() ?? []).flatMap((piece) => placed(piece)),
    ...endText(),
    ...endNext(),
  ];

  function endOverlap(): EventBody[] {
    if (!overlap) return [];
    const events = writeNew("text", overlap.end());
    overlap = undefined;
    return events;
  }

  function endNext(): EventBody[] {
    const events: EventBody[] = next?.type === "text" ? [{ type: "text-end", id: next.id }] : [];
    next = undefined;
    return events;
  }

  return {
    take,
    end: () => [...end(), ...hosted.end()],
    calls: () => [...calls.values()],
    text: () => written,
    hasRefused: () => hasRefused,
    objectFault: () => objects?.fault(),
  };
}
