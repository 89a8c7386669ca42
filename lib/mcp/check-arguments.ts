import { CfWorkerJsonSchemaValidator } from "@modelcontextprotocol/client/validators/cf-worker";
import type { JsonSchema } from "../models/model-request.ts";
import { valueFault } from "../protocol/json-bounds.ts";
import type { ParsedInput } from "../tools/tool.ts";
import { isPlainObject } from "./is-plain-object.ts";
import { isQuickCheck } from "./is-quick-check.ts";
import { withEllipsis } from "./mcp-failure.ts";

/*
 * Arguments for a server's tool, checked by the schema that the server gave. The schema is a stranger's: it
 * is read and never compiled, nothing that it refers to is fetched, and what could take for ever is left to
 * the server, which checks its own arguments anyway.
 */

/** A check of what a model wrote as arguments; strict wherever the schema is. */
export function createArgumentsCheck(schema: JsonSchema): (input: unknown) => ParsedInput {
  const bySchema = schemaCheck(schema);
  return (input) => {
    if (!isPlainObject(input)) return invalid("the arguments are no object");
    const fault = valueFault(input) ?? poisonIn(input) ?? bySchema(input);
    return fault === undefined ? { type: "ok", input } : invalid(fault);
  };
}

const invalid = (errorText: string): ParsedInput => ({ type: "invalid", errorText });

/** The first fault by the schema. One that this server cannot read refuses nothing. */
function schemaCheck(schema: JsonSchema): (input: unknown) => string | undefined {
  try {
    const quick = quickSchema(schema, 0);
    const check = new CfWorkerJsonSchemaValidator().getValidator(quick);
    return (input) => {
      try {
        if (!isQuickCheck(quick, input)) return undefined;
        const { valid, errorMessage } = check(input);
        return valid ? undefined : withEllipsis(errorMessage ?? "they do not fit the schema", maxFault);
      } catch {
        return undefined;
      }
    };
  } catch {
    return () => undefined;
  }
}

/** Of what is said of them. */
const maxFault = 2000;

/**
 * Keywords whose check may take long, by a pattern of the server's or a text of the model's; and names by
 * which schemas refer to one another otherwise than by where they stand.
 */
const slow: ReadonlySet<string> = new Set([
  ...["pattern", "patternProperties", "format", "uniqueItems"],
  ...["$id", "$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveAnchor", "$recursiveRef"],
]);
/** What they would have allowed. */
const closed: ReadonlySet<string> = new Set(["additionalProperties", "unevaluatedProperties"]);
/** Keywords whose keys are names, and those that hold values and no schemas. */
const named: ReadonlySet<string> = new Set(["properties", "$defs", "definitions", "dependentSchemas"]);
const values: ReadonlySet<string> = new Set(["enum", "const", "default", "examples", "required"]);
const maxSchemaDepth = 64;

/** The schema without what could take for ever. Throws for one that nests too deep. */
function quickSchema<T>(schema: T, depth: number): T {
  if (depth > maxSchemaDepth) throw new RangeError("a schema that nests too deep");
  // Casts: what is left out of a schema leaves a schema.
  if (Array.isArray(schema)) return schema.map((each) => quickSchema<unknown>(each, depth + 1)) as T;
  if (!isPlainObject(schema)) return schema;
  const isOpen = "patternProperties" in schema;
  const kept = Object.entries(schema).filter(([key]) => !slow.has(key) && !(isOpen && closed.has(key)));
  return Object.fromEntries(
    kept.map(([key, value]) => {
      if (values.has(key)) return [key, value];
      if (named.has(key) && isPlainObject(value))
        return [key, mapValues(value, (each) => quickSchema(each, depth + 2))];
      return [key, quickSchema(value, depth + 1)];
    }),
  ) as T;
}

const mapValues = (value: object, change: (each: unknown) => unknown): object =>
  Object.fromEntries(Object.entries(value).map(([key, each]) => [key, change(each)]));

/** What no schema names and no server expects, at any level. */
function poisonIn(value: unknown): string | undefined {
  if (typeof value === "number") {
    if (!Number.isFinite(value)) return "a number is too large";
    return Number.isInteger(value) && !Number.isSafeInteger(value)
      ? "a whole number has more digits than are exact: write it as a text"
      : undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, each] of Object.entries(value)) {
    const isPoison =
      key === "__proto__" || (key === "constructor" && isPlainObject(each) && "prototype" in each);
    const fault = isPoison ? `the key ${key} is not taken` : poisonIn(each);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
