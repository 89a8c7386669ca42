import { isRecord } from "#lib/protocol/is-record.ts";

/*
 * The form of an object that is to come, from its JSON Schema: what a card shows before anything is there.
 *
 * 1. Every schema has a form: what is not known here is "any", and takes its look from the value.
 * 2. A form of a schema that names itself is as deep as somebody looks: fields are made when they are asked
 *    for.
 * 3. `null` beside another type is an optional value of that type; a union of names is a choice.
 * 4. A list of flat objects is a table, whose columns are those of its schema. A list that is called steps is
 *    numbered.
 */

export type ObjectForm =
  | { type: "text"; isLong: boolean }
  | { type: "number" }
  | { type: "boolean" }
  | { type: "choice"; options: readonly string[] }
  | ObjectGroup
  | { type: "list"; item(): ObjectForm; isOrdered: boolean }
  | { type: "table"; columns(): readonly FormField[] }
  /** Keys that nobody knows before. */
  | { type: "record"; value(): ObjectForm }
  | { type: "any" };

export interface ObjectGroup {
  type: "group";
  /** Its fields are shown before it is there: it is no optional one, and not too deep. */
  isLaidOut: boolean;
  fields(): readonly FormField[];
}

export interface FormField {
  key: string;
  /** What its schema calls it; absent: the key says it. */
  label?: string;
  /** A longer description. */
  hint?: string;
  /** It may be missing, or null. */
  isOptional: boolean;
  form: ObjectForm;
}

type FormSchema = Readonly<Record<string, unknown>>;

/** A description that is longer is no label. */
const maxLabel = 40;
/** Of one object. */
const maxFormFields = 200;
/** A text that may be longer takes lines. */
const maxShortText = 120;
/** What is deeper is laid out when it is there. */
const maxLaidOut = 3;
const maxColumns = 6;

export const objectForm = (schema: unknown, root: unknown = schema, depth = 0): ObjectForm => {
  const { type, ...rest } = plainSchema(schema, root);
  const options = choiceOptions(rest);
  if (options) return { type: "choice", options };
  switch (type) {
    case "string":
      return { type: "text", isLong: Number(rest["maxLength"] ?? 0) > maxShortText };
    case "number":
    case "integer":
      return { type: "number" };
    case "boolean":
      return { type: "boolean" };
    case "array":
      return isFlat(rest["items"], root)
        ? { type: "table", columns: onFirstCall(() => columnsOf(rest["items"], root)) }
        : {
            ...{ type: "list", isOrdered: false },
            item: onFirstCall(() => objectForm(rest["items"], root, depth + 1)),
          };
    case "object":
      return formOfObject(rest, root, depth);
    default:
      return { type: "any" };
  }
};

function formOfObject(schema: FormSchema, root: unknown, depth: number): ObjectForm {
  const { properties, additionalProperties } = schema;
  if (isRecord(properties) && Object.keys(properties).length > 0)
    return {
      type: "group",
      isLaidOut: depth < maxLaidOut,
      fields: onFirstCall(() => groupFields(schema, properties, root, depth)),
    };
  return isRecord(additionalProperties)
    ? { type: "record", value: onFirstCall(() => objectForm(additionalProperties, root, depth + 1)) }
    : { type: "any" };
}

/** The same each time: what is laid out by it need not be laid out again. */
function onFirstCall<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function groupFields(schema: FormSchema, properties: FormSchema, root: unknown, depth: number): FormField[] {
  const required: readonly unknown[] = Array.isArray(schema["required"]) ? schema["required"] : [];
  return Object.entries(properties)
    .slice(0, maxFormFields)
    .map(([key, property]) => {
      const isOptional = !required.includes(key) || isNullable(property, root);
      const label = labelOf(property, root);
      return {
        ...{ key, ...label, isOptional },
        form: fieldForm(objectForm(property, root, depth + 1), [key, label.label ?? ""], isOptional),
      };
    });
}

/** What a field makes of its form: by its names, and whether it may be missing. */
function fieldForm(form: ObjectForm, names: readonly string[], isOptional: boolean): ObjectForm {
  if (form.type === "group") return isOptional ? { ...form, isLaidOut: false } : form;
  if (form.type === "list") return { ...form, isOrdered: names.some(isOrdered) };
  return form;
}

/** What such a list holds is done one after another: a schema has no other word for it. */
const isOrdered = (name: string): boolean => orderedEnd.test(name) || orderedEnd.test(name.toLowerCase());
const orderedEnd =
  /(?:^|[ _-])(?:steps?|instructions|directions|procedure)$|[a-z](?:Steps?|Instructions)$|步骤|做法|流程/;

/** 4. */
function isFlat(items: unknown, root: unknown): boolean {
  const { type, properties } = plainSchema(items, root);
  if (type !== "object" || !isRecord(properties)) return false;
  const columns = Object.values(properties);
  const isShort = columns.length > 1 && columns.length <= maxColumns;
  return isShort && columns.every((property) => isShortValue(plainSchema(property, root)));
}

const isShortValue = ({ type, ...rest }: FormSchema): boolean =>
  choiceOptions(rest) !== undefined ||
  ["number", "integer", "boolean"].includes(String(type)) ||
  (type === "string" && Number(rest["maxLength"] ?? 0) <= maxShortText);

function columnsOf(items: unknown, root: unknown): FormField[] {
  const schema = plainSchema(items, root);
  const { properties } = schema;
  return isRecord(properties) ? groupFields(schema, properties, root, maxLaidOut) : [];
}

function labelOf(property: unknown, root: unknown): Pick<FormField, "label" | "hint"> {
  const { title, description } = { ...plainSchema(property, root), ...(isRecord(property) && property) };
  const told = typeof description === "string" ? description.trim() : "";
  if (typeof title === "string" && title.trim() !== "") return { label: title, ...(told && { hint: told }) };
  if (told !== "" && told.length <= maxLabel) return { label: told.replace(/[.。]$/, "") };
  return told ? { hint: told } : {};
}

/** Followed references; a schema that refers to itself and to nothing else says nothing. */
const maxReferences = 16;

/** 3. The schema that counts: behind references, and without `null`. */
function plainSchema(given: unknown, root: unknown): FormSchema {
  let schema = given;
  for (let count = 0; count < maxReferences; count += 1) {
    if (!isRecord(schema)) return {};
    const { $ref, type } = schema;
    const others = unionOf(schema)?.filter((each) => !isNullSchema(each));
    if (typeof $ref === "string") schema = referredTo($ref, root);
    else if (Array.isArray(schema["allOf"])) schema = merged(schema, root);
    else if (others?.length === 1) schema = others[0];
    else if (others) return { ...schema, anyOf: others };
    else if (Array.isArray(type)) {
      const types: unknown[] = type.filter((each) => each !== "null");
      return { ...schema, type: types.length === 1 ? types[0] : undefined };
    } else return schema;
  }
  return {};
}

/** A schema with those that have to fit, too: what all of them say. */
function merged({ allOf, ...own }: FormSchema, root: unknown): FormSchema {
  // A single level: schemas that list one another would go round.
  const others = (Array.isArray(allOf) ? allOf : []).map((each: unknown) => {
    const other = isRecord(each) && typeof each["$ref"] === "string" ? referredTo(each["$ref"], root) : each;
    return isRecord(other) && !("allOf" in other) ? other : {};
  });
  const all: FormSchema[] = [...others, own];
  const required = all.flatMap((each) => (Array.isArray(each["required"]) ? each["required"] : []));
  const properties = all.flatMap((each) =>
    isRecord(each["properties"]) ? Object.entries(each["properties"]) : [],
  );
  return {
    ...Object.fromEntries(all.flatMap((each) => Object.entries(each))),
    ...(properties.length > 0 && { type: "object", properties: Object.fromEntries(properties), required }),
  };
}

function unionOf({ anyOf, oneOf }: FormSchema): readonly unknown[] | undefined {
  return Array.isArray(anyOf) ? anyOf : Array.isArray(oneOf) ? oneOf : undefined;
}

function isNullable(given: unknown, root: unknown): boolean {
  const schema =
    isRecord(given) && typeof given["$ref"] === "string" ? referredTo(given["$ref"], root) : given;
  if (!isRecord(schema)) return false;
  const { type, enum: values } = schema;
  return (
    (unionOf(schema)?.some(isNullSchema) ?? false) ||
    [type, values].some(
      (list) => Array.isArray(list) && list.some((each) => each === null || each === "null"),
    )
  );
}

const isNullSchema = (schema: unknown): boolean =>
  isRecord(schema) && (schema["type"] === "null" || schema["const"] === null);

/** Within the document only. */
function referredTo(reference: string, root: unknown): unknown {
  if (!reference.startsWith("#")) return undefined;
  const names = reference
    .slice(1)
    .split("/")
    .filter((name) => name !== "")
    .map((name) => decodedName(name).replaceAll("~1", "/").replaceAll("~0", "~"));
  return names.reduce<unknown>(
    (at, name) => (isRecord(at) && Object.hasOwn(at, name) ? at[name] : undefined),
    root,
  );
}

function decodedName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** The names of a choice; undefined: it is none. */
function choiceOptions({ enum: values, const: only, anyOf }: FormSchema): string[] | undefined {
  const given: unknown[] | undefined = Array.isArray(values)
    ? values
    : Array.isArray(anyOf)
      ? anyOf.map((each) => (isRecord(each) ? each["const"] : undefined))
      : only === undefined
        ? undefined
        : [only];
  const names = given?.filter((each) => each !== null);
  return names?.length && names.every((each) => typeof each === "string") ? names : undefined;
}
