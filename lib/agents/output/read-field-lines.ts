/*
 * A form in words, English or Chinese: a line for each field, `name: text`, at the beginning of a message.
 */

/** The form as a JSON Schema, and what stands behind its lines. */
export interface FieldLines {
  schema: FieldsSchema;
  rest: string;
}

// No interface: a schema is a record of anything.
type FieldsSchema = {
  type: "object";
  properties: Record<string, object>;
  required: string[];
};

const fieldKinds: readonly [words: RegExp, schema: object][] = [
  [/^(text|string|文字|文本)$/i, { type: "string" }],
  [/^(number|数字|数值)$/i, { type: "number" }],
  [/^(whole number|integer|整数)$/i, { type: "integer" }],
  [/^(yes or no|yes\/no|boolean|是否|是或否)$/i, { type: "boolean" }],
  [/^(date|日期)$/i, { type: "string", format: "date" }],
];

/** Characters: a longer line is no field. */
const maxFieldLine = 200;
const fieldLine = /^\s*(?:[-*•]\s*)?([^:：]{1,60}?)\s*[:：]\s*(\S.*?)\s*$/;
const optionalWords = /\s*(?:[,，]\s*)?(?:\(\s*optional\s*\)|（\s*可选\s*）|\boptional|可选)$/i;
const headLine = /^\s*(fields|form|字段|表格|格式)\s*[:：]\s*$/i;

/** The lines of a form that a message begins with; undefined: it begins with none. */
export function readFieldLines(text: string): FieldLines | undefined {
  const lines = text.split("\n");
  const properties: Record<string, object> = {};
  const required: string[] = [];
  let count = headLine.test(lines[0]?.slice(0, maxFieldLine) ?? "") ? 1 : 0;
  for (; count < lines.length; count += 1) {
    const line = lines[count] ?? "";
    const [, name = "", words = ""] = (line.length <= maxFieldLine && fieldLine.exec(line)) || [];
    const schema = name === "" ? undefined : kindOfField(words.replace(optionalWords, ""));
    if (!schema || Object.hasOwn(properties, name)) break;
    Object.defineProperty(properties, name, { value: schema, enumerable: true, configurable: true });
    if (!optionalWords.test(words)) required.push(name);
  }
  if (Object.keys(properties).length === 0) return undefined;
  return { schema: { type: "object", properties, required }, rest: lines.slice(count).join("\n").trim() };
}

function kindOfField(words: string): object | undefined {
  const [, one, other] = /^list of (.+?)s?$|^(.+?)(?:的)?列表$/i.exec(words) ?? [];
  const listed = one ?? other;
  if (listed !== undefined) {
    const items = kindOfField(listed);
    return items && { type: "array", items };
  }
  const known = fieldKinds.find(([pattern]) => pattern.test(words));
  if (known) return known[1];
  const options = words.split("|").map((option) => option.trim());
  return options.length > 1 && options.every((option) => option !== "") ? { enum: options } : undefined;
}
