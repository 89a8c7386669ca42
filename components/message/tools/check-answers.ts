import type { Messages } from "#lib/client/i18n/messages.ts";
import type { JsonObject } from "#lib/protocol/run-event.ts";
import type { FieldValue, QuestionField } from "./question-fields.ts";

/** What is wrong with what stands in a field. */
export interface FieldFault {
  key: keyof Messages & `question.${string}`;
  values?: { n: number };
}

/** By name; a field that is not in it is empty. */
export type FieldValues = Readonly<Record<string, FieldValue>>;

/** Of a field, whatever that is called: `constructor` is a name like any other. */
export const ownValue = <T>(values: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined;

export type CheckedAnswers =
  | { type: "good"; content: JsonObject }
  | { type: "faulty"; faults: Readonly<Record<string, FieldFault>> };

/** The values of a form as its schema wants them, or what is wrong with each that is not so. */
export function checkAnswers(fields: readonly QuestionField[], values: FieldValues): CheckedAnswers {
  const faults: [string, FieldFault][] = [];
  const content: [string, unknown][] = [];
  for (const field of fields) {
    const value = ownValue(values, field.name);
    if (
      value === undefined ||
      (typeof value === "string" && value.trim() === "") ||
      (Array.isArray(value) && value.length === 0)
    ) {
      if (field.isRequired) faults.push([field.name, { key: "question.missing" }]);
      continue;
    }
    const fault = fieldFault(field, value);
    if (fault) faults.push([field.name, fault]);
    else content.push([field.name, asWanted(field, value)]);
  }
  return faults.length > 0
    ? { type: "faulty", faults: Object.fromEntries(faults) }
    : { type: "good", content: Object.fromEntries(content) };
}

function asWanted({ type, format }: QuestionField, value: FieldValue): unknown {
  if (type === "number" || type === "whole") return Number(value);
  // What the browser's field gives has no zone: it is the person's own.
  return format === "date-time" && typeof value === "string" ? new Date(value).toISOString() : value;
}

function fieldFault(field: QuestionField, value: FieldValue): FieldFault | undefined {
  switch (field.type) {
    case "number":
    case "whole":
      return numberFault(field, Number(value));
    case "text":
      return textFault(field, String(value));
    case "choices":
      return boundFault(field, Array.isArray(value) ? value.length : 0, ["question.few", "question.many"]);
    case "choice":
    case "yes-no":
      return undefined;
    default:
      return field.type satisfies never;
  }
}

function numberFault(field: QuestionField, value: number): FieldFault | undefined {
  if (!Number.isFinite(value)) return { key: "question.number" };
  if (field.type === "whole" && !Number.isInteger(value)) return { key: "question.whole" };
  return boundFault(field, value, ["question.min", "question.max"]);
}

function textFault(field: QuestionField, value: string): FieldFault | undefined {
  if (field.format === "email" && !/^[^\s@]+@[^\s@]+$/.test(value)) return { key: "question.email" };
  if (field.format === "uri" && !URL.canParse(value)) return { key: "question.uri" };
  if (field.format?.startsWith("date") && Number.isNaN(Date.parse(value))) return { key: "question.date" };
  // As JSON Schema counts: by code points.
  return boundFault(field, [...value].length, ["question.short", "question.long"]);
}

function boundFault(
  { min = -Infinity, max = Infinity }: QuestionField,
  value: number,
  [below, above]: readonly [FieldFault["key"], FieldFault["key"]],
): FieldFault | undefined {
  if (value < min) return { key: below, values: { n: min } };
  return value > max ? { key: above, values: { n: max } } : undefined;
}
