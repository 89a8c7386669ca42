import { pointedAt } from "./pointed-at.ts";
import { maxPatternLength } from "./quick-pattern.ts";
import { isSilentKeyword } from "./silent-keywords.ts";
import { isTakenPattern } from "./try-pattern.ts";
import { hasNames, typeNames } from "./value-keywords.ts";

/*
 * Whether a JSON Schema of others is one that every value can be checked by, wholly and quickly
 * (check-by-schema.ts). What is not is refused at the door, with the place and the reason.
 */

/** Of a schema as JSON, in characters. */
const maxSchemaLength = 64 * 1024;
/** Schemas in a schema. */
const maxSchemas = 1000;
const maxSchemaLevels = 32;

/** A sentence for each thing that is wrong, with its place; empty: the schema is taken. */
export function schemaFaults(schema: unknown): string[] {
  const faults: string[] = [];
  const found = { count: 0, schemas: new Set<unknown>(), references: new Map<string, unknown>() };

  function walk(part: unknown, path: string, depth: number): void {
    found.count += 1;
    found.schemas.add(part);
    if (found.count > maxSchemas || typeof part === "boolean") return;
    if (!hasNames(part)) return void faults.push(told(path, "a schema is an object, true or false"));
    if (depth > maxSchemaLevels)
      return void faults.push(told(path, `nested deeper than ${maxSchemaLevels} levels`));
    for (const [keyword, value] of Object.entries(part)) read(keyword, value, `${path}/${keyword}`, depth);
  }

  function read(keyword: string, value: unknown, path: string, depth: number): void {
    if (keyword === "$ref") return void found.references.set(path, value);
    const inner = schemasIn(keyword, value);
    const fault = inner ? undefined : keywordFault(keyword, value, path);
    if (fault !== undefined) faults.push(told(path, fault));
    for (const [key, each] of inner ?? []) walk(each, `${path}${key}`, depth + 1);
  }

  const length = JSON.stringify(schema)?.length ?? 0;
  if (length > maxSchemaLength) return [`longer than ${maxSchemaLength} characters`];
  walk(schema, "", 0);
  if (found.count > maxSchemas) return [`made of more than ${maxSchemas} schemas`];
  for (const [path, reference] of found.references) {
    const target = pointedAt(schema, reference);
    if (target === undefined || !found.schemas.has(target))
      faults.push(told(path, "leads to no schema in this document"));
  }
  return faults;
}

const told = (path: string, fault: string): string => `${path === "" ? "the schema" : path}: ${fault}`;

const keywordsWithOne = new Set([
  "additionalProperties",
  "propertyNames",
  "not",
  "if",
  "then",
  "else",
  "contains",
]);
const keywordsWithList = new Set(["allOf", "anyOf", "oneOf", "prefixItems"]);
const keywordsWithNames = new Set([
  "properties",
  "patternProperties",
  "$defs",
  "definitions",
  "dependentSchemas",
]);

/** The schemas in a keyword's value, and where in it each is; undefined: there are none of this form. */
function schemasIn(keyword: string, value: unknown): [key: string, schema: unknown][] | undefined {
  if (keywordsWithOne.has(keyword) || (keyword === "items" && !Array.isArray(value))) return [["", value]];
  if (keywordsWithList.has(keyword) && Array.isArray(value) && value.length > 0)
    return value.map((schema: unknown, index) => [`/${index}`, schema]);
  if (
    keywordsWithNames.has(keyword) &&
    hasNames(value) &&
    (keyword !== "patternProperties" || areQuick(value))
  )
    return Object.entries(value).map(([name, schema]) => [`/${name}`, schema]);
  return undefined;
}

const areQuick = (patterns: object): boolean =>
  Object.keys(patterns).every((pattern) => isTakenPattern(pattern));

const isSize = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0;
const isNumber = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value);
const areTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((each) => typeof each === "string");

interface KeywordShape {
  isRight(value: unknown): boolean;
  /** What it is, behind its name. */
  words: string;
}

const shapes: ReadonlyMap<string, KeywordShape> = new Map([
  ...shaped(["type"], isTypes, `is one of ${typeNames.join(", ")}, or a list of them`),
  ...shaped(["enum"], (value) => Array.isArray(value) && value.length > 0, "is a list of values"),
  ...shaped(["const"], () => true, ""),
  ...shaped(["required"], areTexts, "is a list of names"),
  ...shaped(["dependentRequired"], areListsOfTexts, "has a list of names for each name"),
  ...shaped(
    ["pattern"],
    isPatternText,
    `is a pattern of at most ${maxPatternLength} characters that looks neither around nor back`,
  ),
  ...shaped(["uniqueItems"], (value) => typeof value === "boolean", "is true or false"),
  ...shaped(["multipleOf"], (value) => isNumber(value) && Number(value) > 0, "is a number above 0"),
  ...shaped(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"], isNumber, "is a number"),
  ...shaped(
    ["Length", "Items", "Properties", "Contains"].flatMap((what) => [`min${what}`, `max${what}`]),
    isSize,
    "is a whole number of at least 0",
  ),
]);

function shaped(
  keywords: readonly string[],
  isRight: KeywordShape["isRight"],
  words: string,
): [string, KeywordShape][] {
  return keywords.map((keyword) => [keyword, { isRight, words }]);
}

function isTypes(value: unknown): boolean {
  const names: unknown[] = Array.isArray(value) ? value : [value];
  return names.length > 0 && names.every((name) => typeNames.some((known) => known === name));
}

function areListsOfTexts(value: unknown): boolean {
  return hasNames(value) && Object.values(value).every(areTexts);
}

function isPatternText(value: unknown): boolean {
  return typeof value === "string" && isTakenPattern(value);
}

function keywordFault(keyword: string, value: unknown, path: string): string | undefined {
  const shape = shapes.get(keyword);
  if (shape) return shape.isRight(value) ? undefined : shape.words;
  switch (keyword) {
    case "$schema":
      return value === dialect || olderDialects.test(String(value))
        ? undefined
        : "is a dialect that is not known here";
    case "$id":
      return path === "/$id" ? undefined : "gives a part of the document an address of its own";
    case "items":
      return "is one schema; a list of them is called prefixItems";
    case "patternProperties":
      return "has an object of schemas, by patterns that look neither around nor back";
    default:
      if (keywordsWithList.has(keyword)) return "has a list of schemas";
      if (keywordsWithNames.has(keyword)) return "has an object of schemas";
      return isSilentKeyword(keyword) ? undefined : "is no keyword that is known here";
  }
}

const dialect = "https://json-schema.org/draft/2020-12/schema";
/** Most of what they say is said the same. */
const olderDialects = /^https?:\/\/json-schema\.org\/(draft\/2019-09|draft-0[467])\/schema#?$/;
