import { isRecord } from "#lib/protocol/is-record.ts";
import type { JsonObject } from "#lib/protocol/run-event.ts";

/** One field of a question's form. */
export interface QuestionField {
  name: string;
  label: string;
  /** More about it; absent: the label says it all. */
  note?: string;
  isRequired: boolean;
  type: "text" | "number" | "whole" | "yes-no" | "choice" | "choices";
  /** Of a text. */
  format?: "email" | "uri" | "date" | "date-time";
  /** Of a choice. */
  options: readonly { value: string; label: string }[];
  /** Of a number, of the length of a text, of how many are chosen. */
  min?: number;
  max?: number;
  /** What stands there at first. */
  initial?: FieldValue;
}

export type FieldValue = string | boolean | readonly string[];

const textFormats = ["email", "uri", "date", "date-time"] as const;

/**
 * The fields of a flat form, in their order: the schema of an elicitation (Model Context Protocol,
 * 2025-11-25, client/elicitation). A property of a kind that it does not know is a field of text.
 */
export function questionFields(schema: JsonObject): QuestionField[] {
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const required: unknown[] = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(properties).map(([name, property]) =>
    fieldOf(name, isRecord(property) ? property : {}, required.includes(name)),
  );
}

function fieldOf(name: string, property: Record<string, unknown>, isRequired: boolean): QuestionField {
  const { title, description } = property;
  const options = optionsOf(property);
  const type = typeOf(property, options.length > 0);
  const format = textFormats.find((each) => each === property.format);
  const [minName, maxName] = boundNames[type];
  return {
    name,
    label: textOr(title, name),
    ...(typeof description === "string" && description !== "" && { note: description }),
    isRequired,
    type,
    options,
    ...(type === "text" && format && { format }),
    ...(typeof property[minName] === "number" && { min: property[minName] }),
    ...(typeof property[maxName] === "number" && { max: property[maxName] }),
    ...initialOf(property, type),
  };
}

const boundNames = {
  text: ["minLength", "maxLength"],
  number: ["minimum", "maximum"],
  whole: ["minimum", "maximum"],
  "yes-no": ["", ""],
  choice: ["", ""],
  choices: ["minItems", "maxItems"],
} as const;

function typeOf({ type }: Record<string, unknown>, hasOptions: boolean): QuestionField["type"] {
  if (type === "array") return "choices";
  if (hasOptions) return "choice";
  if (type === "boolean") return "yes-no";
  if (type === "integer") return "whole";
  return type === "number" ? "number" : "text";
}

/** As a list of words, with names beside it or with a title each. */
function optionsOf(property: Record<string, unknown>): { value: string; label: string }[] {
  const source = property.type === "array" && isRecord(property.items) ? property.items : property;
  const titled = source.oneOf ?? source.anyOf;
  if (Array.isArray(titled))
    return titled.flatMap((each: unknown) =>
      isRecord(each) && typeof each.const === "string"
        ? [{ value: each.const, label: textOr(each.title, each.const) }]
        : [],
    );
  const names: unknown[] = Array.isArray(source.enumNames) ? source.enumNames : [];
  const values: unknown[] = Array.isArray(source.enum) ? source.enum : [];
  return values.flatMap((value, at) =>
    typeof value === "string" ? [{ value, label: textOr(names[at], value) }] : [],
  );
}

function initialOf(
  { default: value, format }: Record<string, unknown>,
  type: QuestionField["type"],
): { initial?: FieldValue } {
  if (typeof value === "boolean" && type === "yes-no") return { initial: value };
  if (format === "date-time" && !(typeof value === "string" && isInstant(value))) return {};
  if (typeof value === "number" || typeof value === "string")
    return type === "choices" || type === "yes-no" ? {} : { initial: String(value) };
  const texts = Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
  return type === "choices" && texts.length > 0 ? { initial: texts } : {};
}

const isInstant = (text: string): boolean => !Number.isNaN(Date.parse(text));

const textOr = (value: unknown, other: string): string =>
  typeof value === "string" && value.trim() !== "" ? value : other;
