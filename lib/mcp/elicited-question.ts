import { isDeeper, valueFault } from "../protocol/json-bounds.ts";
import type { PersonQuestion } from "../protocol/run-event.ts";
import type { PersonAnswer } from "../tools/tool.ts";
import { isPlainObject } from "./is-plain-object.ts";
import { withEllipsis } from "./mcp-failure.ts";

/** What an `elicitation/create` of a server holds; anything may stand in it. */
interface Elicitation {
  mode?: unknown;
  message?: unknown;
  requestedSchema?: unknown;
}

/** Of the server's words. */
const maxMessage = 2000;
/** Characters and levels of a form, which is flat. */
const maxForm = 30_000;
const maxFormDepth = 16;

/**
 * What a person is asked for a server, in the form that our own tools ask in; undefined for what is no form,
 * such as an address that they are to open, or one that nobody could fill in. That it is the server who asks
 * is said first.
 */
export function elicitedQuestion(
  server: string,
  { mode = "form", message, requestedSchema }: Elicitation,
): PersonQuestion | undefined {
  if (mode !== "form" || typeof message !== "string" || !isPlainObject(requestedSchema)) return undefined;
  if (!isFit(requestedSchema)) return undefined;
  return { message: `${server}: ${withEllipsis(message, maxMessage)}`, schema: requestedSchema };
}

function isFit(schema: object): boolean {
  if (valueFault(schema) !== undefined) return false;
  const json = JSON.stringify(schema);
  return json.length <= maxForm && !isDeeper(json, maxFormDepth);
}

type ElicitationResult =
  | { action: "accept"; content: Record<string, FormValue> }
  | { action: "decline" | "cancel" };

type FormValue = string | number | boolean | string[];

/** A form holds single values and lists of texts. */
export function resultOf(answer: PersonAnswer): ElicitationResult {
  switch (answer.type) {
    case "accept":
      return {
        action: "accept",
        content: Object.fromEntries(Object.entries(answer.content).filter(isValue)),
      };
    case "decline":
      return { action: "decline" };
    case "cancel":
      return { action: "cancel" };
    default:
      return answer satisfies never;
  }
}

const isValue = (entry: [string, unknown]): entry is [string, FormValue] => {
  const [, value] = entry;
  return (
    typeof value === "string" ||
    typeof value === "number" ||
    typeof value === "boolean" ||
    (Array.isArray(value) && value.every((each) => typeof each === "string"))
  );
};
