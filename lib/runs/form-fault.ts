import { isRecord } from "../protocol/is-record.ts";
import type { JsonObject } from "../protocol/run-event.ts";

/**
 * What is wrong with the values of a flat form (the form of an MCP elicitation: texts, numbers, truth values,
 * choices of one or several), in words that name the field; undefined: nothing. What the schema says beyond
 * that is for whoever asked: it refuses nothing here.
 */
export function formFault(schema: JsonObject, values: JsonObject): string | undefined {
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  const missing = required.find((name) => !Object.hasOwn(values, String(name)));
  if (missing !== undefined) return `${String(missing)}: must be filled in`;
  for (const [name, value] of Object.entries(values)) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (property === undefined) return `${name}: the form has no such field`;
    const fault = isRecord(property) ? valueFaultOf(property, value) : undefined;
    if (fault !== undefined) return `${name}: ${fault}`;
  }
  return undefined;
}

function valueFaultOf(property: JsonObject, value: unknown): string | undefined {
  switch (property.type) {
    case "string":
      return typeof value === "string" ? writtenFault(property, value) : "must be a text";
    case "integer":
      return Number.isSafeInteger(value) ? rangeFault(property, Number(value)) : "must be a whole number";
    case "number":
      return typeof value === "number" ? rangeFault(property, value) : "must be a number";
    case "boolean":
      return typeof value === "boolean" ? undefined : "must be true or false";
    case "array":
      return choicesFault(property, value);
    default:
      return undefined;
  }
}

function writtenFault(property: JsonObject, text: string): string | undefined {
  const choices = choicesOf(property);
  if (choices) return choices.includes(text) ? undefined : "must be one of its choices";
  const { length } = [...text];
  if (isBelow(length, property.minLength)) return "is too short";
  return isAbove(length, property.maxLength) ? "is too long" : undefined;
}

function rangeFault({ minimum, maximum }: JsonObject, number: number): string | undefined {
  if (isBelow(number, minimum)) return "is too small";
  return isAbove(number, maximum) ? "is too large" : undefined;
}

function choicesFault({ items, minItems, maxItems }: JsonObject, value: unknown): string | undefined {
  if (!Array.isArray(value) || !value.every((each) => typeof each === "string"))
    return "must be a list of its choices";
  const choices = isRecord(items) ? choicesOf(items) : undefined;
  if (choices && !value.every((each) => choices.includes(each))) return "must be a list of its choices";
  if (isBelow(value.length, minItems)) return "has too few choices";
  return isAbove(value.length, maxItems) ? "has too many choices" : undefined;
}

/** Of a field that is one: `enum`, or `const` with a title each. */
function choicesOf({ enum: given, oneOf, anyOf }: JsonObject): readonly unknown[] | undefined {
  if (Array.isArray(given)) return given;
  const titled = [oneOf, anyOf].find((each) => Array.isArray(each));
  if (!Array.isArray(titled)) return undefined;
  return titled.map((each: unknown) => (isRecord(each) ? each.const : undefined));
}

const isBelow = (value: number, bound: unknown): boolean => typeof bound === "number" && value < bound;
const isAbove = (value: number, bound: unknown): boolean => typeof bound === "number" && value > bound;
