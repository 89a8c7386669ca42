import { codeHeading } from "#lib/models/code/code-prompt.ts";
import type { ModelRequest } from "#lib/models/model-request.ts";
import { planMark } from "#lib/protocol/code-call.ts";
import { isRecord } from "#lib/protocol/is-record.ts";
import type { RunEvent } from "#lib/protocol/run-event.ts";

/** Whether it is asked of a model that acts by writing code: it answers in text alone. */
export const asksForCode = ({ messages: [first] }: ModelRequest): boolean =>
  first?.role === "system" && first.content.includes(codeHeading);

/** Speaks the events of a reply as its model wrote them: plans and code between their marks. */
export interface WrittenReply {
  /** What the event adds to the text; undefined: it is said otherwise, or not at all. */
  textOf(event: RunEvent): string | undefined;
}

export function createWrittenReply(events: readonly RunEvent[]): WrittenReply {
  const opens = opensCode(codeIn(events.map(deltaOf).join("")));
  let isPlan = false;
  let json = "";
  let code = "";
  return {
    textOf(event) {
      switch (event.type) {
        case "text-delta":
          return event.delta;
        case "reasoning-start":
          isPlan = isPlanMark(event.providerMetadata);
          return isPlan ? "<plan>\n" : undefined;
        case "reasoning-delta":
          return isPlan ? event.delta : undefined;
        case "reasoning-end": {
          const ends = isPlan;
          isPlan = false;
          return ends ? "\n</plan>\n" : undefined;
        }
        case "tool-input-start":
          return event.providerExecuted ? undefined : opens;
        case "tool-input-delta": {
          json += event.inputTextDelta;
          const before = code.length;
          code = codeIn(json);
          return code.slice(before);
        }
        default:
          return undefined;
      }
    },
  };
}

const isPlanMark = (metadata: object | undefined): boolean =>
  metadata !== undefined && Object.keys(planMark).some((mark) => mark in metadata);

const deltaOf = (event: RunEvent): string => (event.type === "tool-input-delta" ? event.inputTextDelta : "");

/** The code ends with the reply: a provider leaves out the mark that it stops at. */
const opensCode = (code: string): string => (code.includes("</code>") ? "\n```js\n" : "\n<code>\n");

/** As far as it is there. */
function codeIn(json: string): string {
  for (const text of [json, `${json}"}`]) {
    try {
      const parsed: unknown = JSON.parse(text);
      if (isRecord(parsed) && typeof parsed["code"] === "string") return parsed["code"];
    } catch {
      // It is not whole.
    }
  }
  return "";
}

/** What a reply of no use held, by what its model was told of it. */
export function faultyText(fault: string | undefined): string {
  if (fault?.includes("no code between")) return "\n<code>\n</code>";
  return fault?.includes("written an observation") ? "\nObservation:" : "";
}
