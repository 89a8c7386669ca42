import { damaged } from "../../core/unreadable.ts";
import { type Reply, textsOf } from "../reply.ts";

/** The fields of one hash. Its readers throw `StorageError("damaged")` that names the record. */
export interface Fields {
  /** What the record is, for errors. */
  readonly record: string;
  text(name: string): string;
  /** Undefined: absent or empty. */
  optional(name: string): string | undefined;
  number(name: string): number;
}

/** `flat`: field names and values in turn, as `HGETALL` returns them. */
export function readFields(flat: Reply, kind: "run" | "conversation"): Fields {
  const texts = textsOf(flat);
  const values = new Map<string, string>();
  for (let index = 0; index < texts.length; index += 2)
    values.set(texts[index] ?? "", texts[index + 1] ?? "");
  const record = `${kind} ${values.get("id") ?? ""}`;
  const text = (name: string): string => {
    const value = values.get(name);
    if (value === undefined) throw damaged(record);
    return value;
  };
  return {
    record,
    text,
    optional: (name) => values.get(name) || undefined,
    number: (name) => parseInteger(text(name), record),
  };
}

/** A hash as `HSET` takes it: field names and values in turn. */
export const writeFields = (fields: Readonly<Record<string, string>>): string[] =>
  Object.entries(fields).flat();

/** Throws `StorageError("damaged")` for a text that is not an integer. */
export function parseInteger(text: string, record: string): number {
  const number = Number(text);
  if (text === "" || !Number.isSafeInteger(number)) throw damaged(record);
  return number;
}

/** Throws `StorageError("damaged")` for a text that is not a JSON object. */
export function parseObject(json: string, record: string): Record<string, unknown> {
  const value = parseAny(json, record);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw damaged(record);
  return value as Record<string, unknown>; // Cast: an object, as was just checked.
}

/** Throws `StorageError("damaged")` for a text that is not a JSON array. */
export function parseList(json: string, record: string): unknown[] {
  const value = parseAny(json, record);
  if (!Array.isArray(value)) throw damaged(record);
  return value;
}

function parseAny(json: string, record: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw damaged(record, cause);
  }
}
