import { isPlainObject } from "./is-plain-object.ts";

/** Steps of a check: some 50 ms. */
const maxSteps = 100_000;

/**
 * Whether a value is checked by a schema in few steps. References are followed as the check follows them: a
 * few lines may ask for more steps than there are atoms. It is walked in the same way, without a stop at the
 * first fault, and given up where that takes too many.
 */
export function isQuickCheck(root: unknown, value: unknown): boolean {
  let left = maxSteps;

  function walk(schema: unknown, at: unknown): void {
    left -= 1;
    if (left < 0) throw tooManySteps;
    if (!isPlainObject(schema)) return;
    for (const [key, part] of Object.entries(schema)) walkKeyword(key, part, at);
  }

  function walkKeyword(key: string, part: unknown, at: unknown): void {
    if (key === "$ref") return walk(referred(root, part), at);
    if (definitions.has(key)) return;
    if (ofProperties.has(key)) return walkEach(Object.values(isPlainObject(at) ? at : {}), part);
    if (ofItems.has(key)) return walkEach(Array.isArray(at) ? at : [], part);
    if (key === "properties" && isPlainObject(part)) {
      for (const [name, inner] of Object.entries(part)) walk(inner, isPlainObject(at) ? at[name] : undefined);
    } else if (bySchemasOfNames.has(key) && isPlainObject(part)) walkAll(Object.values(part), at);
    else walkAll(Array.isArray(part) ? part : [part], at);
  }

  function walkAll(schemas: readonly unknown[], at: unknown): void {
    for (const each of schemas) walk(each, at);
  }

  function walkEach(values: readonly unknown[], part: unknown): void {
    for (const each of values) walkAll(Array.isArray(part) ? part : [part], each);
  }

  try {
    walk(root, value);
    return true;
  } catch (error) {
    // A full stack: one that refers to itself for the same value.
    if (error === tooManySteps || error instanceof RangeError) return false;
    throw error;
  }
}

const tooManySteps = new Error("a check that takes too long");

const definitions: ReadonlySet<string> = new Set(["$defs", "definitions"]);
const bySchemasOfNames: ReadonlySet<string> = new Set(["dependentSchemas", "dependencies"]);
const ofProperties: ReadonlySet<string> = new Set([
  "additionalProperties",
  "unevaluatedProperties",
  "propertyNames",
]);
const ofItems: ReadonlySet<string> = new Set([
  "items",
  "prefixItems",
  "additionalItems",
  "unevaluatedItems",
  "contains",
]);

/** By a pointer into the schema itself. What refers to elsewhere ends the check before it begins. */
function referred(root: unknown, reference: unknown): unknown {
  if (typeof reference !== "string" || !reference.startsWith("#")) return undefined;
  let found: unknown = root;
  for (const step of reference.slice(1).split("/").slice(1)) {
    const name = decodeStep(step);
    if ((!isPlainObject(found) && !Array.isArray(found)) || !Object.hasOwn(found, name)) return undefined;
    found = Reflect.get(found, name);
  }
  return found;
}

function decodeStep(step: string): string {
  const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
