import type { EventBody } from "../../protocol/run-event.ts";
import { readStrictly } from "../../tools/read-input.ts";
import { createJsonInText } from "./json-in-text.ts";
import type { ObjectOutput, ParsedOutput } from "./output.ts";

/*
 * The object that an agent's answer is to be, while its model writes it: in its text, or as the arguments of
 * a tool that stands for the answer.
 *
 * 1. Its JSON is passed on byte for byte, once, and read when it is whole.
 * 2. The first object that fits is the answer; another behind it is text, as a call it is nothing. One that
 *    does not fit is replaced by the next, within one text as over several requests: `attempt` counts on.
 * 3. What is not part of an object is text. A step behind one that has given an object, beside calls perhaps,
 *    need not give another; if it does, the newer one that fits is the answer.
 */

export interface ObjectParts {
  /** Of the answer's text: events of the object, and what is left of the text. */
  push(text: string): Generator<EventBody | string>;
  /** A call of the tool that stands for the answer. */
  startCall(): EventBody[];
  pushCall(delta: string): EventBody[];
  endCall(): EventBody[];
  /** The text has ended. */
  end(): (EventBody | string)[];
  /** What is wrong with the answer as a whole, in words for the model; undefined: nothing is. */
  fault(): string | undefined;
}

export interface ObjectPartsOptions {
  output: ObjectOutput;
  stepId: string;
  /** 1, or more where there were others before. */
  attempt: number;
  /** An earlier step of the answer has given one that fits. */
  hasFit: boolean;
  nextId(): string;
}

export function createObjectParts({
  output,
  stepId,
  attempt: first,
  hasFit,
  nextId,
}: ObjectPartsOptions): ObjectParts {
  let attempt = first;
  let json = "";
  let id: string | undefined;
  let isAnswered = false;
  let errors: readonly string[] | undefined;
  const inText = createJsonInText(() => isAnswered);

  function start(): EventBody[] {
    id = nextId();
    json = "";
    const { name, schemaHash, schema } = output;
    const form = JSON.stringify(schema).length <= maxLoggedSchema && { schema };
    return [{ type: "object-start", id, stepId, name, schemaHash, ...form, attempt: attempt++ }];
  }

  function add(delta: string): EventBody[] {
    const opening = id === undefined ? start() : [];
    if (id === undefined || delta === "") return opening;
    json += delta;
    return [...opening, { type: "object-delta", id, delta }];
  }

  function finish(isWhole: boolean): EventBody[] {
    if (id === undefined) return [];
    const event = { type: "object-end", id, ...judge(json, isWhole) } as const;
    id = undefined;
    return [event];
  }

  /** 2. */
  function judge(text: string, isWhole: boolean): { value: unknown; valid: boolean; errors?: string[] } {
    const { value, fault } = readStrictly(text);
    const unread = isWhole && fault === "incomplete" ? "no valid JSON" : fault;
    const parsed: ParsedOutput<unknown> =
      unread === undefined ? output.parse(value) : { type: "invalid", errors: [`the object is ${unread}`] };
    if (parsed.type === "ok") {
      isAnswered = true;
      errors = undefined;
      return { value, valid: true };
    }
    if (!isAnswered) errors = parsed.errors;
    return {
      value: fault === undefined ? value : null,
      valid: false,
      errors: parsed.errors.slice(0, maxErrors),
    };
  }

  return {
    *push(text) {
      for (const piece of inText.push(text)) {
        if (piece.type === "text") yield piece.text;
        else yield* piece.type === "json" ? add(piece.text) : finish(true);
      }
    },
    startCall() {
      const ended = finish(true);
      return isAnswered ? ended : [...ended, ...start()];
    },
    pushCall: (delta) => (id === undefined ? [] : add(delta)),
    endCall: () => finish(true),
    end: () => [...inText.flush().map(({ text }) => text), ...finish(false)],
    fault() {
      if (isAnswered) return undefined;
      if (errors) return unfitFault(errors);
      return hasFit ? undefined : missingFault;
    },
  };
}

/** Characters: readers do without a longer one. */
const maxLoggedSchema = 64 * 1024;

/** Of one object: a list of thousands says no more. */
const maxErrors = 20;

const missingFault =
  "FAILURE: Your previous response holds no JSON object. Answer with one JSON object that fits the schema, and nothing else.";

const unfitFault = (errors: readonly string[]): string =>
  [
    "FAILURE: The JSON object of your previous response does not fit the schema:",
    ...errors.slice(0, maxErrors).map((error) => `- ${error.slice(0, maxErrorLength)}`),
    "Answer with the whole object once more, corrected, and nothing else.",
  ].join("\n");

const maxErrorLength = 300;
