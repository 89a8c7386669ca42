import { z } from "zod";
import { areReadable, hasCredentials } from "./credentials.ts";
import { entryFault, readEntryList, whichEntry } from "./entry-list.ts";
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

const form = { variable: "RIVULET_MODELS", example: '[{"id": "…", "baseURL": "https://host/v1"}]' };
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
  reasoningEffort: z
    .enum(
      ["none", "minimal", "low", "medium", "high", "xhigh", "max"],
      "none, minimal, low, medium, high, xhigh or max",
    )
    .exactOptional(),
  thinkingTokens: tokenCount.min(1024, "a number of tokens from 1024 on").exactOptional(),
  toolCalling: z.enum(["auto", "native", "react"], "auto, native or react").exactOptional(),
  webSearch: flag.exactOptional(),
  prices: z
    .strictObject(
      { input: dollars, output: dollars, cachedInput: dollars.exactOptional() },
      "an object with input and output",
    )
    .exactOptional(),
  limits: z
    .strictObject(
      { context: tokenCount.exactOptional(), output: tokenCount.exactOptional() },
      "an object with context or output",
    )
    .exactOptional(),
  headers: z
    .record(
      z
        .string()
        .regex(/^[\w!#$%&'*+.^`|~-]+$/, "names of headers")
        .refine((text) => !ownHeaders.test(text), "no header that every request has of its own"),
      z.string("a text").regex(/^[\x20-\x7e]*$/, "a text without line breaks"),
      "an object with a text for each name",
    )
    .exactOptional(),
  capabilities: z
    .strictObject(
      {
        tools: flag.exactOptional(),
        images: flag.exactOptional(),
        json: flag.exactOptional(),
        files: flag.exactOptional(),
      },
      "an object with true or false for tools, images, json or files",
    )
    .exactOptional(),
});

const ownHeaders = /^(host|connection|content-length|content-type|transfer-encoding)$/i;

/** `value`: as the variable holds it. `env`: where the variables of keys are looked up. */
export function readModelEntries(
  value: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): ReadEntries {
  if (value === undefined) return { entries: [], faults: [] };
  const list = readEntryList(value, form);
  if ("fault" in list) return { entries: [], faults: [list.fault] };
  const read = list.value.map((each, at) => readEntry(each, at, list.value, env));
  return {
    entries: read.flatMap((each) => ("entry" in each ? [each.entry] : [])),
    faults: read.flatMap((each) => ("fault" in each ? [each.fault] : [])),
  };
}

type EntryResult = { entry: ModelEntry } | { fault: string };

function readEntry(
  value: unknown,
  at: number,
  all: readonly unknown[],
  env: Readonly<Record<string, string | undefined>>,
): EntryResult {
  const fault = (words: string) => ({
    fault: `${form.variable}, ${whichEntry(entryId(value), at)}: ${words}`,
  });
  const parsed = entrySchema.safeParse(value);
  if (!parsed.success) return fault(entryFault(value, parsed.error.issues, { ...form, keys }));
  const { keyVariable, ...entry } = parsed.data;
  if (reservedId.test(entry.id)) return fault(`id is a name of Rivulet itself, choose another`);
  if (entry.thinkingTokens !== undefined && entry.wire !== "messages")
    return fault("thinkingTokens is for the wire messages: write reasoningEffort");
  if (entry.webSearch && (entry.wire ?? "chat") === "chat")
    return fault("webSearch is for the wires responses and messages: leave it out");
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

const entryId = (value: unknown): string | undefined =>
  typeof value === "object" && value !== null && "id" in value && typeof value.id === "string"
    ? value.id.trim()
    : undefined;

/** The keys that an entry may have, and those of what it holds. */
const keys: Readonly<Record<string, object>> = {
  "": entrySchema.shape,
  prices: entrySchema.shape.prices.unwrap().shape,
  limits: entrySchema.shape.limits.unwrap().shape,
  capabilities: entrySchema.shape.capabilities.unwrap().shape,
};
