import { chunkLength, chunksOf } from "#lib/structured/chunked-view.ts";
import type { JsonParser, JsonPath } from "#lib/structured/json-parser.ts";
import type { JsonRecord, JsonValue } from "#lib/structured/json-value.ts";
import type { FormField, ObjectForm } from "./object-form.ts";

/*
 * How a part of an object is shown: by its form, by what there is of it, and by whether that may still
 * change. Parts inside of it have views of their own.
 *
 * 1. Whatever is shown stays: a number and a choice are shown when they can be no other, a text grows.
 * 2. What is missing has the place that it will take, as long as somebody writes; then it has a dash.
 * 3. A value of another kind than its form has the look of its own kind.
 */

export type PartView =
  | { type: "skeleton"; size: SkeletonSize }
  | { type: "none" }
  | { type: "text"; text: string; isGrowing: boolean }
  | { type: "number"; number: number }
  | { type: "boolean"; value: boolean }
  | { type: "list"; item: ObjectForm; items: readonly JsonValue[]; isOrdered: boolean }
  | { type: "table"; columns: readonly FormField[]; rows: readonly JsonValue[] }
  | { type: "group"; fields: readonly FormField[]; value: JsonRecord | undefined };

export type ObjectJson = Pick<JsonParser, "value" | "stateOf" | "error">;

/** A part that is not whole. */
export interface OpenPart {
  json: ObjectJson;
  path: JsonPath;
  /** More of it may come. */
  isWriting: boolean;
}

/** `open` is absent where the part is whole. */
export function partView(form: ObjectForm, value: JsonValue | undefined, open?: OpenPart): PartView {
  if (value === undefined || (open && isPending(form, value, open))) return missingView(form, open);
  if (isList(value)) {
    const isTable = form.type === "table" && chunksOf(value).every(areRecords);
    if (isTable) return { type: "table", columns: form.columns(), rows: value };
    const { item, isOrdered } = form.type === "list" ? form : anyList;
    return { type: "list", item: item(), items: value, isOrdered };
  }
  if (typeof value === "string")
    return { type: "text", text: value, isGrowing: open?.isWriting === true && isProvisional(open) };
  if (typeof value === "number") return { type: "number", number: value };
  if (typeof value === "boolean") return { type: "boolean", value };
  return value === null ? { type: "none" } : { type: "group", fields: fieldsFor(form, value), value };
}

/** Full chunks that were looked at. */
const chunksOfRecords = new WeakSet<readonly JsonValue[]>();

function areRecords(chunk: readonly JsonValue[]): boolean {
  if (chunksOfRecords.has(chunk)) return true;
  if (!chunk.every(asRecord)) return false;
  if (chunk.length === chunkLength) chunksOfRecords.add(chunk);
  return true;
}

const anyList = { item: (): ObjectForm => ({ type: "any" }), isOrdered: false };

/** 1. */
function isPending(form: ObjectForm, value: JsonValue, open: OpenPart): boolean {
  if (!isProvisional(open)) return false;
  if (typeof value === "number") return true;
  return (
    form.type === "choice" &&
    typeof value === "string" &&
    form.options.filter((option) => option.startsWith(value)).length !== 1
  );
}

const isProvisional = ({ json, path }: OpenPart): boolean => json.stateOf(path) === "provisional";

/** 2. */
function missingView(form: ObjectForm, open: OpenPart | undefined): PartView {
  if (form.type === "group" && form.isLaidOut)
    return { type: "group", fields: form.fields(), value: undefined };
  if (form.type === "table") return { type: "table", columns: form.columns(), rows: [] };
  if (!open?.isWriting) return { type: "none" };
  return { type: "skeleton", size: form.type === "text" && form.isLong ? "long" : sizes[form.type] };
}

/** How much is expected. */
export type SkeletonSize = "number" | "choice" | "text" | "many" | "long";

const sizes = {
  ...({ text: "text", any: "text", number: "number", boolean: "number", choice: "choice" } as const),
  ...({ group: "many", list: "many", table: "many", record: "many" } as const),
};

/** Those of the form, in its order, and what else is there. */
export function fieldsFor(form: ObjectForm | undefined, value: JsonRecord | undefined): readonly FormField[] {
  const known = form?.type === "group" ? form.fields() : [];
  const inner: ObjectForm = form?.type === "record" ? form.value() : { type: "any" };
  const keys = new Set(known.map(({ key }) => key));
  const others = Object.keys(value ?? {}).filter((key) => !keys.has(key));
  return [...known, ...others.map((key) => ({ key, isOptional: true, form: inner }))];
}

/** The part that a key leads to, as long as it is not whole. */
export function openWithin(open: OpenPart | undefined, key: string | number): OpenPart | undefined {
  if (!open) return undefined;
  const path = [...open.path, key];
  return open.json.stateOf(path) === "complete" ? undefined : { ...open, path };
}

/** What an object has under a key of its own. */
export const fieldValue = (value: JsonRecord | undefined, key: string): JsonValue | undefined =>
  value !== undefined && Object.hasOwn(value, key) ? value[key] : undefined;

export const asRecord = (value: JsonValue | undefined): JsonRecord | undefined =>
  typeof value === "object" && value !== null && !isList(value) ? value : undefined;

// Array.isArray knows no read-only arrays.
const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);
