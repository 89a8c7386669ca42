import { isRecord } from "../protocol/is-record.ts";
import { pointedAt } from "./pointed-at.ts";
import { hasNames } from "./value-keywords.ts";

type SchemaObject = Readonly<Record<string, unknown>>;

/**
 * A JSON Schema of an object in the usual form, from those in which people have one at hand: within the
 * request or the tool that it was written for, behind a reference at its root, without a type, in the words
 * of OpenAPI (`nullable`) and of older drafts. What means nothing else stays as it is. Undefined: it is none.
 */
export function usualSchema(given: SchemaObject): SchemaObject | undefined {
  const outer = unwrapped(given);
  const root = resolvedRoot(outer);
  const usual = root && inUsualWords(root);
  if (!hasNames(usual)) return undefined;
  const isTyped = usual["type"] !== undefined || !objectKeywords.some((keyword) => keyword in usual);
  const schema = isTyped ? usual : { type: "object", ...usual };
  return schema["type"] === "object" ? schema : undefined;
}

const objectKeywords = ["properties", "required", "additionalProperties", "patternProperties"];

/** Of a `response_format`, a tool, or a function. */
const wrappers = ["json_schema", "function", "schema", "parameters", "input_schema", "inputSchema"];

function unwrapped(given: SchemaObject): SchemaObject {
  const isSchema = "properties" in given || "$ref" in given || "$defs" in given;
  const inner = isSchema ? undefined : wrappers.map((key) => given[key]).find(hasNames);
  if (!inner) return given;
  const { name } = given;
  const schema = unwrapped(inner);
  return typeof name === "string" && !("title" in schema) ? { title: name, ...schema } : schema;
}

/** References that lead to one another are followed so far. */
const maxRootReferences = 8;

function resolvedRoot(given: SchemaObject): SchemaObject | undefined {
  let root = given;
  for (let count = 0; count < maxRootReferences && "$ref" in root; count += 1) {
    const { $ref, ...beside } = root;
    const target = pointedAt(given, $ref);
    // One that refers to its own root would be lost with it.
    if (!hasNames(target) || target === root || "type" in beside || "properties" in beside) return root;
    root = { ...target, ...beside };
  }
  return root;
}

/** What stands in them is no schema. */
const valueKeys: ReadonlySet<string> = new Set([
  "enum",
  "const",
  "default",
  "examples",
  "example",
  "required",
]);

function inUsualWords(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(inUsualWords);
  if (!isRecord(part)) return part;
  const inner = Object.entries(part).map(([key, value]): [string, unknown] => [
    key,
    valueKeys.has(key) ? value : inUsualWords(value),
  ]);
  return withBounds(withTuple(withNull(Object.fromEntries(inner))));
}

/** OpenAPI's. */
function withNull(given: SchemaObject): SchemaObject {
  const { nullable, ...schema } = given;
  if (typeof nullable !== "boolean") return given;
  if (!nullable) return schema;
  const { type, enum: values } = schema;
  const names = Array.isArray(values) && !values.includes(null) ? { enum: [...values, null] } : {};
  if (typeof type === "string") return { ...schema, type: [type, "null"], ...names };
  return type === undefined && !values ? { anyOf: [schema, { type: "null" }] } : { ...schema, ...names };
}

/** Of the drafts before 2020-12. */
function withTuple(schema: SchemaObject): SchemaObject {
  const { items, additionalItems, ...others } = schema;
  if (!Array.isArray(items)) return schema;
  return {
    ...others,
    ...(items.length > 0 && { prefixItems: items }),
    ...(additionalItems !== undefined && { items: additionalItems }),
  };
}

/** Of draft 4: that a bound is none of the values. */
function withBounds(schema: SchemaObject): SchemaObject {
  const { exclusiveMinimum, exclusiveMaximum } = schema;
  if (typeof exclusiveMinimum !== "boolean" && typeof exclusiveMaximum !== "boolean") return schema;
  return Object.fromEntries(
    Object.entries(schema).flatMap(([keyword, value]): [string, unknown][] => {
      if (/^exclusiveM(in|ax)imum$/.test(keyword) && typeof value === "boolean") return [];
      if (keyword === "minimum" && exclusiveMinimum === true) return [["exclusiveMinimum", value]];
      return keyword === "maximum" && exclusiveMaximum === true
        ? [["exclusiveMaximum", value]]
        : [[keyword, value]];
    }),
  );
}
