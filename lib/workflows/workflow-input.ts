import { z } from "zod";
import { tryParseJson } from "../models/try-parse-json.ts";
import type { EventKind } from "./define-event.ts";

export type WorkflowInput = { type: "ok"; data: unknown } | { type: "fault"; errorText: string };

/**
 * What a run begins with, from the words of its question: the text itself where the input is a text or an
 * object with one text, else the JSON that it is.
 */
export function workflowInput({ schema }: EventKind, text: string): WorkflowInput {
  if (schema.safeParse(text).success) return { type: "ok", data: text };
  const json = tryParseJson(text);
  const asJson = json === undefined ? undefined : schema.safeParse(json);
  if (asJson?.success) return { type: "ok", data: json };
  const field = onlyTextOf(schema);
  if (field !== undefined && schema.safeParse({ [field]: text }).success)
    return { type: "ok", data: { [field]: text } };
  const fault = asJson?.error ? z.prettifyError(asJson.error) : "it is no JSON";
  return { type: "fault", errorText: `what the workflow was given does not fit: ${fault}` };
}

/** The one text that an object must have, by its name. */
function onlyTextOf(schema: z.ZodType): string | undefined {
  if (!(schema instanceof z.ZodObject)) return undefined;
  const required = Object.entries(schema.shape).filter(
    ([, field]) => field instanceof z.ZodType && !field.safeParse(undefined).success,
  );
  const [name, field] = required[0] ?? [];
  return required.length === 1 && field instanceof z.ZodType && field.safeParse("text").success
    ? name
    : undefined;
}
