import { pointedAt } from "./pointed-at.ts";
import { isSilentKeyword } from "./silent-keywords.ts";
import { patternCost, tryPattern } from "./try-pattern.ts";
import { hasNames, valueKeywords } from "./value-keywords.ts";

/*
 * Whether a value of JSON's fits a JSON Schema of others (draft 2020-12, and the older forms of `items`). The
 * schema is read and never compiled, and nothing that it refers to is fetched.
 *
 * 1. A fault is certain: a keyword that is not known here, a reference to elsewhere and a pattern that might
 *    take long are left out, and nothing is said to fit because of that.
 * 2. A check ends: after `maxSteps` it is given up. A few lines that refer to one another may ask for more
 *    steps than there are atoms.
 * 3. Each fault names its path, for the model that wrote the value.
 */

export type SchemaJudgement =
  | { type: "fits" }
  /** A sentence for each fault, with its path. */
  | { type: "unfit"; faults: string[] }
  /** 2. */
  | { type: "given-up" };

/** Keywords and what they list: some 50 ms. */
const maxSteps = 100_000;
const maxFaults = 20;

export function checkBySchema(schema: unknown, value: unknown): SchemaJudgement {
  try {
    const faults = faultsOf({ schema, value, path: [] }, { root: schema, left: maxSteps, leftOut: 0 });
    return faults.length === 0 ? { type: "fits" } : { type: "unfit", faults: faults.slice(0, maxFaults) };
  } catch (error) {
    // A full stack: one that refers to itself for the same value.
    if (error === tooManySteps || error instanceof RangeError) return { type: "given-up" };
    throw error;
  }
}

const tooManySteps = new Error("a check that takes too long");

interface SchemaTarget {
  schema: unknown;
  value: unknown;
  path: readonly (string | number)[];
}

interface Check {
  root: unknown;
  /** Steps. */
  left: number;
  /** 1. How often something was. */
  leftOut: number;
}

function faultsOf(target: SchemaTarget, check: Check): string[] {
  const { schema, value, path } = target;
  check.left -= 1;
  if (check.left < 0) throw tooManySteps;
  if (schema === false) return [faultAt(path, "may not be there")];
  if (!hasNames(schema)) return [];
  return Object.entries(schema).flatMap(([keyword, expected]) => {
    check.left -= Array.isArray(expected) ? expected.length : 1;
    const ofValue = valueKeywords.get(keyword);
    const fault = ofValue?.(expected, value);
    if (fault !== undefined) return [faultAt(path, fault)];
    const apply = applicators.get(keyword);
    if (!ofValue && !apply && !isSilentKeyword(keyword)) check.leftOut += 1;
    return apply?.(expected, { ...target, schema }, check) ?? [];
  });
}

const faultAt = (path: SchemaTarget["path"], fault: string): string =>
  path.length === 0 ? fault : `${path.join(".")}: ${fault}`;

/** The schema has the keywords that stand beside the one that is looked at. */
type KeywordTarget = SchemaTarget & { schema: Readonly<Record<string, unknown>> };

/** A keyword that looks at the value, or at its parts, by other schemas. */
type Applicator = (expected: unknown, target: KeywordTarget, check: Check) => string[];

const applicators: ReadonlyMap<string, Applicator> = new Map<string, Applicator>([
  ["$ref", referenceFaults],
  ["pattern", patternFaults],
  [
    "allOf",
    (schemas, target, check) => listOf(schemas).flatMap((schema) => faultsOf({ ...target, schema }, check)),
  ],
  ["anyOf", (schemas, target, check) => unionFaults(listOf(schemas), target, check, (count) => count > 0)],
  ["oneOf", (schemas, target, check) => unionFaults(listOf(schemas), target, check, (count) => count === 1)],
  ["not", notFaults],
  ["if", conditionFaults],
  ["properties", propertiesFaults],
  ["patternProperties", patternPropertiesFaults],
  ["additionalProperties", additionalFaults],
  ["propertyNames", namesFaults],
  ["dependentSchemas", dependentFaults],
  ["prefixItems", prefixFaults],
  ["items", itemsFaults],
  ["contains", containsFaults],
]);

/** "perhaps": as far as it was looked at. */
function fits(target: SchemaTarget, check: Check): boolean | "perhaps" {
  const { leftOut } = check;
  if (faultsOf(target, check).length > 0) return false;
  return check.leftOut === leftOut ? true : "perhaps";
}

function referenceFaults(reference: unknown, target: SchemaTarget, check: Check): string[] {
  const schema = pointedAt(check.root, reference);
  if (schema === undefined) check.leftOut += 1;
  return faultsOf({ ...target, schema }, check);
}

function patternFaults(pattern: unknown, { value, path }: SchemaTarget, check: Check): string[] {
  if (typeof pattern !== "string" || typeof value !== "string") return [];
  return isMatch(pattern, value, check) === false ? [faultAt(path, `has to match ${pattern}`)] : [];
}

/** Undefined: that might take long to know. */
function isMatch(pattern: string, text: string, check: Check): boolean | undefined {
  check.left -= patternCost(pattern, text);
  if (check.left < 0) throw tooManySteps;
  const found = tryPattern(pattern, text);
  if (found === undefined) check.leftOut += 1;
  return found;
}

function notFaults(schema: unknown, target: SchemaTarget, check: Check): string[] {
  return fits({ ...target, schema }, check) === true
    ? [faultAt(target.path, "is of a form that is excluded")]
    : [];
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function unionFaults(
  schemas: readonly unknown[],
  target: SchemaTarget,
  check: Check,
  isRight: (count: number) => boolean,
): string[] {
  if (schemas.length === 0) return [];
  const { leftOut } = check;
  const all = schemas.map((schema) => faultsOf({ ...target, schema }, check));
  const count = all.filter((faults) => faults.length === 0).length;
  if (isRight(count) || (count > 0 && check.leftOut > leftOut)) return [];
  if (count > 1) return [faultAt(target.path, "fits more than one of the forms of which it has to fit one")];
  // Those of the form that it comes nearest to.
  const [first = [], ...others] = all;
  return others.reduce((nearest, faults) => (faults.length < nearest.length ? faults : nearest), first);
}

function conditionFaults(condition: unknown, target: KeywordTarget, check: Check): string[] {
  const { then, else: otherwise } = target.schema;
  const isMet = fits({ ...target, schema: condition }, check);
  const next = isMet ? then : otherwise;
  return next === undefined || isMet === "perhaps" ? [] : faultsOf({ ...target, schema: next }, check);
}

/** The part of a value under a key, by a schema. */
const partBySchema = (
  { value, path }: SchemaTarget,
  key: string | number,
  schema: unknown,
): SchemaTarget => ({
  schema,
  value: hasNames(value) ? value[key] : listOf(value)[Number(key)],
  path: [...path, key],
});

function propertiesFaults(expected: unknown, target: SchemaTarget, check: Check): string[] {
  const { value } = target;
  if (!hasNames(expected) || !hasNames(value)) return [];
  return Object.entries(expected).flatMap(([key, schema]) =>
    Object.hasOwn(value, key) ? faultsOf(partBySchema(target, key, schema), check) : [],
  );
}

function patternPropertiesFaults(expected: unknown, target: SchemaTarget, check: Check): string[] {
  const { value } = target;
  if (!hasNames(expected) || !hasNames(value)) return [];
  return Object.entries(expected).flatMap(([pattern, schema]) =>
    Object.keys(value).flatMap((key) => {
      const isTaken = isMatch(pattern, key, check);
      return isTaken ? faultsOf(partBySchema(target, key, schema), check) : [];
    }),
  );
}

function additionalFaults(schema: unknown, target: KeywordTarget, check: Check): string[] {
  const { properties, patternProperties } = target.schema;
  if (!hasNames(target.value)) return [];
  const patterns = Object.keys(hasNames(patternProperties) ? patternProperties : {});
  return Object.keys(target.value)
    .filter((key) => !hasNames(properties) || !Object.hasOwn(properties, key))
    .filter((key) => patterns.every((pattern) => isMatch(pattern, key, check) === false))
    .flatMap((key) => faultsOf(partBySchema(target, key, schema), check));
}

function namesFaults(schema: unknown, { value, path }: SchemaTarget, check: Check): string[] {
  if (!hasNames(value)) return [];
  return Object.keys(value).flatMap((key) =>
    fits({ schema, value: key, path }, check) ? [] : [faultAt([...path, key], "may not be named so")],
  );
}

function dependentFaults(expected: unknown, target: SchemaTarget, check: Check): string[] {
  const { value } = target;
  if (!hasNames(expected) || !hasNames(value)) return [];
  return Object.entries(expected).flatMap(([key, schema]) =>
    Object.hasOwn(value, key) ? faultsOf({ ...target, schema }, check) : [],
  );
}

function prefixFaults(schemas: unknown, target: SchemaTarget, check: Check): string[] {
  const items = listOf(target.value);
  return listOf(schemas)
    .slice(0, items.length)
    .flatMap((schema, index) => faultsOf(partBySchema(target, index, schema), check));
}

function itemsFaults(schema: unknown, target: KeywordTarget, check: Check): string[] {
  // As older drafts write it.
  if (Array.isArray(schema))
    return [
      ...prefixFaults(schema, target, check),
      ...restFaults(target.schema["additionalItems"], target, check, schema.length),
    ];
  return restFaults(schema, target, check, listOf(target.schema["prefixItems"]).length);
}

function restFaults(schema: unknown, target: SchemaTarget, check: Check, from: number): string[] {
  if (schema === undefined) return [];
  return listOf(target.value)
    .slice(from)
    .flatMap((_, index) => faultsOf(partBySchema(target, from + index, schema), check));
}

function containsFaults(schema: unknown, target: KeywordTarget, check: Check): string[] {
  const { value, path } = target;
  if (!Array.isArray(value)) return [];
  const { minContains, maxContains } = target.schema;
  const min = typeof minContains === "number" ? minContains : 1;
  const max = typeof maxContains === "number" ? maxContains : Number.POSITIVE_INFINITY;
  const found = value.map((_, index) => fits(partBySchema(target, index, schema), check));
  const sure = found.filter((isFitting) => isFitting === true).length;
  const possible = found.filter((isFitting) => isFitting !== false).length;
  return possible >= min && sure <= max ? [] : [faultAt(path, "has too few or too many items of a form")];
}
