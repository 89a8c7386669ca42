import { tryParseJson } from "../models/try-parse-json.ts";
import { valueFault } from "../protocol/json-bounds.ts";
import type { Tool } from "./tool.ts";

/** What a model wrote as the arguments of a call. */
export type CallInput =
  /** `input`: as JSON says it, before the tool's own reading. */
  | { type: "ok"; input: unknown }
  /** `input`: as much of it as can be kept. `errorText` is for the model. */
  | { type: "invalid"; input: unknown; errorText: string };

/**
 * Reads the arguments of a call strictly: JSON, no longer and no deeper than can be kept, without names that
 * mean something to JavaScript and numbers that are not what was written, and valid for its tool. No `tool`:
 * nobody offered one of that name. `isWhole`: the model has ended its answer to make the call, so that no
 * arguments at all are an empty object; where it was cut off they are arguments that never came.
 */
export function readInput(
  toolName: string,
  text: string,
  { tool, isWhole }: { tool: Tool | undefined; isWhole: boolean },
): CallInput {
  const read = readStrictly(isWhole && text.trim() === "" ? "{}" : text);
  const parsed = read.fault === undefined ? tool?.parse(read.value) : undefined;
  const fault =
    parsed?.type === "invalid" ? `not valid: ${parsed.errorText.slice(0, maxFaultLength)}` : read.fault;
  return fault === undefined
    ? { type: "ok", input: read.value }
    : { type: "invalid", input: read.value, errorText: `the arguments of ${toolName} are ${fault}` };
}

const maxFaultLength = 2000;

export interface StrictJson {
  /** As much of it as can be kept, if it has a fault. */
  value: unknown;
  /** The end of a sentence. */
  fault?: string;
}

/** JSON that a model wrote; no schema is looked at. */
export function readStrictly(text: string): StrictJson {
  const value = tryParseJson(text);
  if (value === undefined) return { value: text, fault: "incomplete" };
  const unkept = valueFault(value);
  if (unkept !== undefined) return { value: "", fault: unkept };
  const fault = strictFault(value, text);
  return fault === undefined ? { value } : { value: text, fault };
}

/** What no tool is given, whatever its schema says, as the end of a sentence. */
function strictFault(input: unknown, text: string): string | undefined {
  // Nearly no call has any of these.
  const hasLongNumber = /\d{16}/.test(text);
  const hasExponent = /\d[eE]\+?\d{3}/.test(text);
  const hasName = /__proto__|prototype|constructor|\\u/.test(text);
  return hasLongNumber || hasExponent || hasName ? faultIn(input) : undefined;
}

const forbidden: ReadonlySet<string> = new Set(["__proto__", "prototype", "constructor"]);

function faultIn(value: unknown): string | undefined {
  if (typeof value === "number") return inexactNumber(value);
  if (typeof value !== "object" || value === null) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    const fault = forbidden.has(name) ? `not valid: no argument may be named ${name}` : faultIn(inner);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Beyond them JavaScript's numbers are not what was written. */
function inexactNumber(value: number): string | undefined {
  if (!Number.isFinite(value)) return "not valid: a number is too large";
  return Number.isInteger(value) && !Number.isSafeInteger(value)
    ? "not valid: an integer has more digits than a number keeps; write it as a text if the tool takes one"
    : undefined;
}
