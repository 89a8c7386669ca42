import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { z } from "zod";
import { areReadable, hasCredentials } from "./credentials.ts";
import { looksSecret } from "./looks-secret.ts";

/*
 * RIVULET_MODELS: the models that an operator lists, as JSON or in a file. What is wrong with them is said a
 * line an entry, by its place and id, with the fix; nothing is repeated that could be a key.
 */

/** A model as its operator describes it, with the key that its `keyVariable` holds. */
export interface ModelEntry extends Omit<z.infer<typeof entrySchema>, "keyVariable"> {
  apiKey?: string;
}

export interface ReadEntries {
  entries: readonly ModelEntry[];
  /** Lines for people; the entries are of no use then. */
  faults: readonly string[];
}

const variable = "RIVULET_MODELS";
const example = '[{"id": "…", "baseURL": "https://host/v1"}]';
/** What the product itself calls models (lib/protocol). */
const reservedId = /^(rivulet-demo$|own-key:)/;

const nameThat = (words: string) =>
  z
    .string(words)
    .trim()
    .min(1, words)
    .max(200, `${words} of at most 200 characters`)
    .refine((text) => !/\p{Cc}/u.test(text), `${words} without control characters`)
    .refine((text) => !looksSecret(text, []), `${words}: this is a key`);
const dollars = z.number("a number of dollars per million tokens").nonnegative("a price of 0 or more");
const tokenCount = z.int("a whole number of tokens").positive("a number of tokens above 0");
const flag = z.boolean("true or false");
const address = "an http(s) address such as https://host/v1";

const entrySchema = z.strictObject({
  id: nameThat("the name under which requests ask for it"),
  label: nameThat("the name that people see").exactOptional(),
  wire: z.enum(["chat", "responses", "messages"], "chat, responses or messages").exactOptional(),
  baseURL: z
    .url({ protocol: /^https?$/, error: address })
    .refine(areReadable, "user and password with %25 for %, %40 for @, %3A for :, %2F for /"),
  keyVariable: z
    .string("the name of a variable such as OPENAI_API_KEY")
    .regex(/^[A-Za-z_]\w{0,99}$/, "the name of a variable such as OPENAI_API_KEY, not a key itself")
    .refine((text) => !looksSecret(text, []), "the name of a variable, not a key itself")
    .exactOptional(),
  model: nameThat("the name that its endpoint knows").exactOptional(),
  startsThinking: flag.exactOptional(),
  toolCalling: z.enum(["auto", "native", "react"], "auto, native or react").exactOptional(),
  prices: z
    .strictObject({ input: dollars, output: dollars, cachedInput: dollars.exactOptional() })
    .exactOptional(),
  limits: z
    .strictObject({ context: tokenCount.exactOptional(), output: tokenCount.exactOptional() })
    .exactOptional(),
  headers: z
    .record(
      z
        .string()
        .regex(/^[\w!#$%&'*+.^`|~-]+$/, "names of headers")
        .refine((text) => !ownHeaders.test(text), "no header that every request has of its own"),
      z.string("a text").regex(/^[\x20-\x7e]*$/, "a text without line breaks"),
    )
    .exactOptional(),
  capabilities: z
    .strictObject({
      tools: flag.exactOptional(),
      images: flag.exactOptional(),
      json: flag.exactOptional(),
      files: flag.exactOptional(),
    })
    .exactOptional(),
});

const ownHeaders = /^(host|connection|content-length|content-type|transfer-encoding)$/i;

/** `value`: as the variable holds it. `env`: where the variables of keys are looked up. */
export function readModelEntries(
  value: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): ReadEntries {
  if (value === undefined) return { entries: [], faults: [] };
  const source = sourceOf(value);
  if ("fault" in source) return { entries: [], faults: [source.fault] };
  const list = parse(source);
  if ("fault" in list) return { entries: [], faults: [list.fault] };
  const read = list.value.map((each, at) => readEntry(each, at, list.value, env));
  return {
    entries: read.flatMap((each) => ("entry" in each ? [each.entry] : [])),
    faults: read.flatMap((each) => ("fault" in each ? [each.fault] : [])),
  };
}

interface EntrySource {
  text: string;
  /** For words: where the text is from. */
  where: string;
}

/** A list, or one entry that somebody forgot the brackets around, is JSON; all else is a path. */
function sourceOf(value: string): EntrySource | { fault: string } {
  if (/^\s*[[{]/.test(value)) return { text: value, where: variable };
  const base = basename(value);
  const file = looksSecret(base, []) || !base.endsWith(".json") ? "" : ` ${base}`;
  try {
    return { text: readFileSync(value, "utf8").replace(/^\ufeff/, ""), where: `${variable}, file${file}` };
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    const expected = `a list such as ${example}, or the path of a file that holds one`;
    return {
      fault: `${variable}: found no list and no file${file} that can be read (${reason}), expected ${expected}`,
    };
  }
}

function parse({ text, where }: EntrySource): { value: readonly unknown[] } | { fault: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { fault: `${where}: found no JSON${positionOf(error, text)}, expected a list such as ${example}` };
  }
  if (Array.isArray(value)) return { value };
  const found = typeof value === "object" && value !== null ? "one object" : `${typeof value}`;
  return { fault: `${where}: found ${found}, expected a list such as ${example}` };
}

/** The words of the parser repeat the text, which may hold a key: only the position is taken from them. */
function positionOf(error: unknown, text: string): string {
  const at = /position (\d+)/.exec(String(error))?.[1];
  if (at === undefined) return /end of JSON/.test(String(error)) ? " (it ends too early)" : "";
  const before = text.slice(0, Number(at)).split("\n");
  return ` at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

type EntryResult = { entry: ModelEntry } | { fault: string };

function readEntry(
  value: unknown,
  at: number,
  all: readonly unknown[],
  env: Readonly<Record<string, string | undefined>>,
): EntryResult {
  const fault = (words: string) => ({ fault: `${variable}, ${whichEntry(value, at)}: ${words}` });
  const parsed = entrySchema.safeParse(value);
  if (!parsed.success) return fault(faultOf(value, parsed.error.issues));
  const { keyVariable, ...entry } = parsed.data;
  if (reservedId.test(entry.id)) return fault(`id is a name of Rivulet itself, choose another`);
  const first = all.findIndex((other) => entryId(other) === entry.id);
  if (first < at) return fault(`its id is that of entry ${first + 1} too, give each an id of its own`);
  if (keyVariable === undefined) return { entry };
  const key = Object.hasOwn(env, keyVariable) ? env[keyVariable]?.trim() : undefined;
  if (!key)
    return fault(
      `keyVariable names ${keyVariable}, which is not set: set it, or leave keyVariable out if its endpoint wants no key`,
    );
  if (!/^[\x21-\x7e]+$/.test(key))
    return fault(`${keyVariable} holds spaces, line breaks or other letters: expected a key without them`);
  if (hasCredentials(entry.baseURL))
    return fault("baseURL holds a user and a password beside keyVariable: an endpoint takes one of the two");
  return { entry: { ...entry, apiKey: key } };
}

function whichEntry(value: unknown, at: number): string {
  const id = entryId(value);
  const isShown = id !== undefined && id.length <= 200 && !looksSecret(id, []) && !/\p{Cc}/u.test(id);
  return isShown ? `entry ${at + 1} (${JSON.stringify(id)})` : `entry ${at + 1}`;
}

const entryId = (value: unknown): string | undefined =>
  typeof value === "object" && value !== null && "id" in value && typeof value.id === "string"
    ? value.id.trim()
    : undefined;

/** The first fault, and how many there are beside it. */
function faultOf(value: unknown, issues: readonly z.core.$ZodIssue[]): string {
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0];
  if (!issue || typeof value !== "object" || value === null || Array.isArray(value))
    return `found something that is no entry, expected an object such as ${example.slice(1, -1)}`;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  if (issue.code === "unrecognized_keys") return `${unknownKey(issue)}${more}`;
  // Of a record, a name that is refused: the name itself is what is wrong.
  const inner = issue.code === "invalid_key" ? issue.issues[0] : undefined;
  const path = (inner ? issue.path.slice(0, -1) : issue.path).map(String).join(".");
  const isMissing = !inner && valueAt(value, issue.path) === undefined;
  return `${path}: ${isMissing ? "missing, " : ""}expected ${(inner ?? issue).message}${more}`;
}

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );

/** A key may have been written in its place: only words are repeated. */
function unknownKey({ keys: [key = ""], path }: z.core.$ZodIssueUnrecognizedKeys): string {
  const known = Object.keys(path.length === 0 ? entrySchema.shape : (innerKeys[String(path[0])] ?? {}));
  const isWord = /^[A-Za-z_][\w-]{0,23}$/.test(key) && !looksSecret(key, []);
  const meant = known.find((each) => plain(each) === plain(key));
  const where = path.length === 0 ? "" : ` in ${path.map(String).join(".")}`;
  const fix = meant === undefined ? `expected one of ${known.join(", ")}` : `write ${meant}`;
  return `unknown key${isWord ? ` ${JSON.stringify(key)}` : ""}${where}, ${fix}`;
}

const plain = (key: string): string => key.toLowerCase().replace(/[^a-z]/g, "");

const innerKeys: Readonly<Record<string, object>> = {
  prices: entrySchema.shape.prices.unwrap().shape,
  limits: entrySchema.shape.limits.unwrap().shape,
  capabilities: entrySchema.shape.capabilities.unwrap().shape,
};
