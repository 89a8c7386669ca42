import type { JsonSchema } from "../models/model-request.ts";
import { valueFault } from "../protocol/json-bounds.ts";
import { checkBySchema } from "../schema/check-by-schema.ts";
import type { ParsedInput } from "../tools/tool.ts";
import { isPlainObject } from "./is-plain-object.ts";
import { withEllipsis } from "./mcp-failure.ts";

/*
 * Arguments for a server's tool, checked by the schema that the server gave. The schema is a stranger's: it
 * is read and never compiled, nothing that it refers to is fetched, and what could take for ever is left to
 * the server, which checks its own arguments anyway.
 */

/** A check of what a model wrote as arguments; strict wherever the schema is. */
export const createArgumentsCheck =
  (schema: JsonSchema) =>
  (input: unknown): ParsedInput => {
    if (!isPlainObject(input)) return invalid("the arguments are no object");
    const fault = valueFault(input) ?? poisonIn(input) ?? faultBySchema(schema, input);
    return fault === undefined ? { type: "ok", input } : invalid(fault);
  };

const invalid = (errorText: string): ParsedInput => ({ type: "invalid", errorText });

/** What is wrong by the schema, as far as that is certain, and quickly known. */
function faultBySchema(schema: JsonSchema, input: unknown): string | undefined {
  const judgement = checkBySchema(schema, input);
  return judgement.type === "unfit" ? withEllipsis(judgement.faults.join("; "), maxFault) : undefined;
}

/** Of what is said of them. */
const maxFault = 2000;

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
