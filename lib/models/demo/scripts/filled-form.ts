import { isRecord } from "../../../protocol/is-record.ts";
import type { DemoLanguage, DemoScript } from "../demo-script.ts";

/** Any form, with an example in each field. */
export const filledForm: DemoScript = {
  matches: ({ form }) => form !== undefined,
  reply: ({ form, language }) => ({
    text: JSON.stringify(
      exampleOf(form?.schema, { root: form?.schema, language, key: "", depth: 0 }),
      null,
      1,
    ),
    tokensPerSecond: 30,
  }),
};

interface ExamplePart {
  root: unknown;
  language: DemoLanguage;
  /** What the part is called. */
  key: string;
  depth: number;
}

/** What is deeper is left out, or empty. */
const maxExampleDepth = 6;

const formattedTexts: Readonly<Record<string, string>> = {
  date: "2026-05-04",
  time: "09:30:00Z",
  "date-time": "2026-05-04T09:30:00Z",
  email: "ada@example.org",
  uri: "https://example.org/river",
  uuid: "0b0e5d5c-6f4e-4d6a-9a57-3f0f6e7a1c11",
};

function exampleOf(schema: unknown, part: ExamplePart): unknown {
  if (!isRecord(schema) || part.depth > maxExampleDepth * 2) return null;
  const { $ref, enum: choices, anyOf, oneOf, allOf, type, format } = schema;
  if (typeof $ref === "string")
    return exampleOf(referred($ref, part.root), { ...part, depth: part.depth + 1 });
  if (Object.hasOwn(schema, "const")) return schema["const"];
  if (Array.isArray(choices)) return choices[0];
  const [first] = [anyOf, oneOf, allOf].flatMap((list): unknown[] =>
    Array.isArray(list) ? list.slice(0, 1) : [],
  );
  if (first !== undefined) return exampleOf(first, part);
  switch (Array.isArray(type) ? type[0] : type) {
    case "object":
      return objectExample(schema, part);
    case "array":
      return listExample(schema, part);
    case "integer":
    case "number":
      return numberExample(schema);
    case "boolean":
      return true;
    case "string":
      return typeof format === "string" && Object.hasOwn(formattedTexts, format)
        ? formattedTexts[format]
        : textExample(part);
    default:
      return null;
  }
}

function objectExample(schema: Record<string, unknown>, part: ExamplePart): Record<string, unknown> {
  const { properties, required } = schema;
  const isNeeded = (key: string) => Array.isArray(required) && required.includes(key);
  const entries = isRecord(properties) ? Object.entries(properties) : [];
  return Object.fromEntries(
    entries
      .filter(([key]) => part.depth < maxExampleDepth || isNeeded(key))
      .map(([key, inner]) => [key, exampleOf(inner, { ...part, key, depth: part.depth + 1 })]),
  );
}

function listExample({ items, minItems, maxItems }: Record<string, unknown>, part: ExamplePart): unknown[] {
  const usual = part.depth < maxExampleDepth ? 2 : 0;
  const length = Math.min(Math.max(usual, Number(minItems ?? 0)), Number(maxItems ?? 20), 20);
  return Array.from({ length }, () =>
    exampleOf(items ?? { type: "string" }, { ...part, depth: part.depth + 1 }),
  );
}

const numberExample = ({ minimum, maximum }: Record<string, unknown>): number =>
  typeof minimum === "number" ? minimum : typeof maximum === "number" ? maximum : 42;

const textExample = ({ key, language }: ExamplePart): string =>
  language === "zh" ? `${key}的示例` : `an example of ${key}`;

const referred = (reference: string, root: unknown): unknown =>
  reference
    .split("/")
    .slice(1)
    .reduce<unknown>((at, name) => (isRecord(at) && Object.hasOwn(at, name) ? at[name] : undefined), root);
