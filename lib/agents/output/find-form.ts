import { isRecord } from "../../protocol/is-record.ts";
import type { Message } from "../../protocol/message.ts";
import { schemaFaults } from "../../schema/schema-faults.ts";
import { usualSchema } from "../../schema/usual-schema.ts";
import { createJsonParser } from "../../structured/json-parser.ts";
import { createJsonInText } from "./json-in-text.ts";
import type { ObjectOutput } from "./output.ts";
import { readFieldLines } from "./read-field-lines.ts";
import { schemaOutput } from "./schema-output.ts";

/** What an answer is to be, by what a person has written. */
export type FoundForm =
  | { type: "ok"; output: ObjectOutput }
  /** A sentence for each thing that is wrong with it. */
  | { type: "invalid"; faults: string[] };

/** The form that the newest message with one gives: a JSON Schema in it, or lines for its fields. */
export function findForm(messages: readonly Message[]): FoundForm {
  for (const message of messages.toReversed()) {
    const found = message.role === "user" ? formIn(message.text) : undefined;
    if (found) return found;
  }
  return { type: "invalid", faults: [noForm] };
}

const noForm =
  "The question has no form. Begin it with a JSON Schema of an object, or with a line for each field: " +
  '"name: text", "age: number", "skills: list of text", "level: low | high", "born: date, optional".';

/** Undefined: the message has none. */
function formIn(text: string): FoundForm | undefined {
  const lines = readFieldLines(text);
  if (lines) return formOfSchema(lines.schema);
  const json = firstObject(text);
  if (json === undefined) return undefined;
  const schema = parsed(json);
  if (typeof schema === "string") return { type: "invalid", faults: [schema] };
  const usual = usualSchema(schema);
  return usual ? formOfSchema(usual) : { type: "invalid", faults: [noSchema] };
}

const noSchema =
  'The JSON in the question is no JSON Schema of an object: that has "type": "object" and "properties".';

function formOfSchema(schema: Readonly<Record<string, unknown>>): FoundForm {
  const faults = schemaFaults(schema);
  return faults.length > 0
    ? { type: "invalid", faults: faults.slice(0, maxToldFaults) }
    : { type: "ok", output: schemaOutput(schema, { name: outputName(schema["title"]) }) };
}

/** A person corrects a few, and asks again. */
const maxToldFaults = 8;

/** As providers take names. */
function outputName(title: unknown): string {
  const name =
    typeof title === "string"
      ? title
          .trim()
          .replaceAll(/[^A-Za-z0-9]+/g, "_")
          .slice(0, 64)
      : "";
  return /[A-Za-z]/.test(name) ? name : "form";
}

/** The first JSON object in a text, to its end or to that of the text. */
function firstObject(text: string): string | undefined {
  const inText = createJsonInText(() => true);
  const pieces = [...inText.push(text)].filter(({ type }) => type === "json");
  return pieces.length === 0 ? undefined : pieces.map((piece) => piece.text).join("");
}

/** An object, or what is wrong with the text as JSON. */
function parsed(json: string): Record<string, unknown> | string {
  const parser = createJsonParser();
  parser.push(json);
  parser.end();
  const error = parser.error();
  if (error) {
    const before = json.slice(0, error.position).split("\n");
    const [line, column] = [before.length, (before.at(-1)?.length ?? 0) + 1];
    return `The JSON in the question is not valid: ${error.reason.replaceAll("-", " ")}, line ${line}, column ${column}.`;
  }
  const value: unknown = JSON.parse(json);
  return isRecord(value) ? value : noSchema;
}
