import { valueFault } from "../protocol/json-bounds.ts";
import { isPlainObject } from "./is-plain-object.ts";

/** What a tool is called and takes; what else a server says of it is not used here. */
interface FitDefinition {
  name: string;
  title?: string;
  description?: string;
  inputSchema: { type: "object" };
  annotations?: object;
}

/**
 * Of a list that a server sent, the tools that can be kept, without what is not used of them. The protocol's
 * client refuses the whole list for one that is odd, and whatever walks a deep schema ends in a full stack.
 */
export const fitDefinitions = (listed: readonly unknown[]): FitDefinition[] =>
  listed.flatMap((each) => fitDefinition(each) ?? []);

function fitDefinition(listed: unknown): FitDefinition | undefined {
  if (!isPlainObject(listed)) return undefined;
  const { name, title, description, inputSchema, annotations } = listed;
  if (typeof name !== "string" || !isSchema(inputSchema)) return undefined;
  return {
    name,
    ...(typeof title === "string" && { title }),
    ...(typeof description === "string" && { description }),
    inputSchema,
    ...(isAnnotations(annotations) && { annotations }),
  };
}

const isSchema = (schema: unknown): schema is FitDefinition["inputSchema"] =>
  isPlainObject(schema) &&
  schema["type"] === "object" &&
  isAbsentOr(isPlainObject, schema["properties"]) &&
  isAbsentOr(isTexts, schema["required"]) &&
  isAbsentOr(isText, schema["$schema"]) &&
  valueFault(schema) === undefined;

const isAbsentOr = (is: (value: unknown) => boolean, value: unknown): boolean =>
  value === undefined || is(value);

const isText = (value: unknown): boolean => typeof value === "string";

const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);

/** A title, and hints. */
const isAnnotations = (value: unknown): value is object =>
  isPlainObject(value) && Object.values(value).every((each) => isText(each) || typeof each === "boolean");
