import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { z } from "zod";
import { looksSecret } from "./looks-secret.ts";

/** A variable that holds a list of entries, as JSON or as the path of a file with it. */
interface ListForm {
  variable: string;
  /** For words: the shortest list that is right. */
  example: string;
}

type ListResult = { value: readonly unknown[] } | { fault: string };

/**
 * The list that a variable holds, its entries unread. `listOf` gives the list in an object that stands in its
 * place, if there is one. Of what is written there nothing is repeated.
 */
export function readEntryList(
  value: string,
  form: ListForm,
  listOf: (value: object) => readonly unknown[] | undefined = () => undefined,
): ListResult {
  const source = sourceOf(value, form);
  return "fault" in source ? source : parse(source, form, listOf);
}

interface EntrySource {
  text: string;
  /** For words: where the text is from. */
  where: string;
}

/** A list, or one entry that somebody forgot the brackets around, is JSON; all else is a path. */
function sourceOf(value: string, { variable, example }: ListForm): EntrySource | { fault: string } {
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

function parse(
  { text, where }: EntrySource,
  { example }: ListForm,
  listOf: (value: object) => readonly unknown[] | undefined,
): ListResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { fault: `${where}: found no JSON${positionOf(error, text)}, expected a list such as ${example}` };
  }
  if (Array.isArray(value)) return { value };
  const inside = typeof value === "object" && value !== null ? listOf(value) : undefined;
  if (inside) return { value: inside };
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

/** An entry, for words: by its place, and by the name that it gives itself. */
export function whichEntry(name: string | undefined, at: number): string {
  const isShown = name !== undefined && name.length <= 200 && !looksSecret(name, []) && !/\p{Cc}/u.test(name);
  return isShown ? `entry ${at + 1} (${JSON.stringify(name)})` : `entry ${at + 1}`;
}

interface EntryForm extends ListForm {
  /** The keys that an entry may have, under "", and those of what it holds, under the name of that. */
  keys: Readonly<Record<string, object>>;
}

/** The first fault of an entry, and how many there are beside it. */
export function entryFault(value: unknown, issues: readonly z.core.$ZodIssue[], form: EntryForm): string {
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0];
  if (!issue || typeof value !== "object" || value === null || Array.isArray(value))
    return `found something that is no entry, expected an object such as ${form.example.slice(1, -1)}`;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  if (issue.code === "unrecognized_keys") return `${unknownKey(issue, form)}${more}`;
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
function unknownKey({ keys: [key = ""], path }: z.core.$ZodIssueUnrecognizedKeys, form: EntryForm): string {
  const known = Object.keys(form.keys[path.length === 0 ? "" : String(path[0])] ?? {});
  const isWord = /^[A-Za-z_][\w-]{0,23}$/.test(key) && !looksSecret(key, []);
  const meant = known.find((each) => plain(each) === plain(key));
  const where = path.length === 0 ? "" : ` in ${path.map(String).join(".")}`;
  const fix = meant === undefined ? `expected one of ${known.join(", ")}` : `write ${meant}`;
  return `unknown key${isWord ? ` ${JSON.stringify(key)}` : ""}${where}, ${fix}`;
}

const plain = (key: string): string => key.toLowerCase().replace(/[^a-z]/g, "");
