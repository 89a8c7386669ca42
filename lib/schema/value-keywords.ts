import { Decimal } from "decimal.js";
import { isRecord } from "../protocol/is-record.ts";

/** What a keyword finds wrong with a value, as the end of a sentence; undefined: nothing, or not its type. */
type ValueKeyword = (expected: unknown, value: unknown) => string | undefined;

/** The keywords that look at the value itself, and at no part of it by a schema. */
export const valueKeywords: ReadonlyMap<string, ValueKeyword> = new Map<string, ValueKeyword>([
  ["type", typeFault],
  ["enum", enumFault],
  ["const", (only, value) => (isSameJson(only, value) ? undefined : `has to be ${shortJson(only)}`)],
  ["minimum", forNumbers((value, min) => value >= min, "has to be at least")],
  ["maximum", forNumbers((value, max) => value <= max, "has to be at most")],
  ["exclusiveMinimum", forNumbers((value, min) => value > min, "has to be more than")],
  ["exclusiveMaximum", forNumbers((value, max) => value < max, "has to be less than")],
  ["multipleOf", forNumbers(isMultiple, "has to be a multiple of")],
  ["minLength", forTexts((length, min) => length >= min, "needs at least", "characters")],
  ["maxLength", forTexts((length, max) => length <= max, "may have at most", "characters")],
  ["minItems", forLists((length, min) => length >= min, "needs at least", "items")],
  ["maxItems", forLists((length, max) => length <= max, "may have at most", "items")],
  ["uniqueItems", uniqueItemsFault],
  ["minProperties", forObjects((count, min) => count >= min, "needs at least", "properties")],
  ["maxProperties", forObjects((count, max) => count <= max, "may have at most", "properties")],
  ["required", requiredFault],
  ["dependentRequired", dependentRequiredFault],
]);

/** An object of JSON's: no list. */
export const hasNames = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isRecord(value) && !Array.isArray(value);

export const typeNames = ["null", "boolean", "string", "number", "integer", "array", "object"] as const;

function typeFault(expected: unknown, value: unknown): string | undefined {
  const names: unknown[] = Array.isArray(expected) ? expected : [expected];
  // A type that is none says nothing.
  const known = typeNames.filter((name) => names.includes(name));
  return known.length === 0 || known.some((name) => isOfType(name, value))
    ? undefined
    : `has to be ${known.map((name) => typeWords[name]).join(" or ")}`;
}

/** What a value of a type is called. */
export const typeWords: Readonly<Record<(typeof typeNames)[number], string>> = {
  null: "null",
  boolean: "true or false",
  string: "a string",
  number: "a number",
  integer: "a whole number",
  array: "an array",
  object: "an object",
};

function isOfType(name: (typeof typeNames)[number], value: unknown): boolean {
  switch (name) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return hasNames(value);
    case "integer":
      return Number.isInteger(value);
    default:
      return typeof value === name;
  }
}

function enumFault(options: unknown, value: unknown): string | undefined {
  if (!Array.isArray(options) || options.some((option) => isSameJson(option, value))) return undefined;
  return `has to be one of ${options.map(shortJson).join(", ")}`;
}

/** Names in any order. */
const isSameJson = (one: unknown, other: unknown): boolean =>
  one === other || (isRecord(one) && isRecord(other) && canonicalJson(one) === canonicalJson(other));

/** Of each object once: a schema may ask for it a thousand times. */
const canonicalTexts = new WeakMap<object, string>();

function canonicalJson(value: unknown): string {
  const known = isRecord(value) ? canonicalTexts.get(value) : undefined;
  if (known !== undefined) return known;
  const text = JSON.stringify(value, (_, inner: unknown) =>
    hasNames(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
  if (isRecord(value)) canonicalTexts.set(value, text);
  return text;
}

const maxShownJson = 60;

/** A value as it stands in a sentence. */
export function shortJson(value: unknown): string {
  const json = JSON.stringify(value) ?? "nothing";
  return json.length > maxShownJson ? `${json.slice(0, maxShownJson)}…` : json;
}

function forNumbers(fits: (value: number, bound: number) => boolean, words: string): ValueKeyword {
  return (bound, value) =>
    typeof bound !== "number" || typeof value !== "number" || fits(value, bound)
      ? undefined
      : `${words} ${bound}`;
}

/** In decimals: 0.3 is a multiple of 0.1. */
function isMultiple(value: number, of: number): boolean {
  if (!(of > 0)) return true;
  if (Number.isInteger(value) && Number.isInteger(of)) return value % of === 0;
  // More digits than the quotient of any two numbers has before its point.
  const Exact = Decimal.clone({ precision: 700 });
  return new Exact(value).div(of).isInteger();
}

function forCounts(
  countOf: (value: unknown) => number | undefined,
  fits: (count: number, bound: number) => boolean,
  words: string,
  unit: string,
): ValueKeyword {
  return (bound, value) => {
    const count = countOf(value);
    return typeof bound !== "number" || count === undefined || fits(count, bound)
      ? undefined
      : `${words} ${bound} ${unit}`;
  };
}

type CountFits = (count: number, bound: number) => boolean;

function forTexts(fits: CountFits, words: string, unit: string): ValueKeyword {
  return forCounts((value) => (typeof value === "string" ? characters(value) : undefined), fits, words, unit);
}

function forLists(fits: CountFits, words: string, unit: string): ValueKeyword {
  return forCounts((value) => (Array.isArray(value) ? value.length : undefined), fits, words, unit);
}

function forObjects(fits: CountFits, words: string, unit: string): ValueKeyword {
  return forCounts((value) => (hasNames(value) ? Object.keys(value).length : undefined), fits, words, unit);
}

/** As JSON Schema counts them: an emoji is one. */
function characters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function uniqueItemsFault(isAsked: unknown, value: unknown): string | undefined {
  if (isAsked !== true || !Array.isArray(value)) return undefined;
  return new Set(value.map(canonicalJson)).size === value.length ? undefined : "may have no item twice";
}

function requiredFault(names: unknown, value: unknown): string | undefined {
  if (!Array.isArray(names) || !hasNames(value)) return undefined;
  return lackFault(names, value);
}

function lackFault(names: readonly unknown[], value: Readonly<Record<string, unknown>>): string | undefined {
  const missing = names.filter((name) => typeof name === "string" && !Object.hasOwn(value, name));
  return missing.length === 0 ? undefined : `lacks ${missing.map(shortJson).join(", ")}`;
}

function dependentRequiredFault(expected: unknown, value: unknown): string | undefined {
  if (!hasNames(expected) || !hasNames(value)) return undefined;
  const names = Object.entries(expected).flatMap(([name, others]) =>
    Object.hasOwn(value, name) && Array.isArray(others) ? others : [],
  );
  return lackFault(names, value);
}
