import { isSecretVariable } from "./describe-value.ts";
import { variables } from "./variables.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The variables that are set, as they were meant, and a line for each whose form no variable has. */
export interface Values {
  values: Readonly<Record<string, string>>;
  refused: ReadonlyMap<string, string>;
}

/**
 * Reads our own variables of an environment: spaces around a value do not count, and an empty one is as good
 * as unset. Quotes and line breaks are no part of any value: a shell removes them, Docker's `--env-file` and
 * others do not.
 */
export function readValues(env: Environment): Values {
  const values: Record<string, string> = {};
  const refused = new Map<string, string>();
  for (const name of Object.keys(variables.shape)) {
    const found = env[name];
    const refusal = found === undefined ? undefined : refusalOf(name, found);
    if (refusal !== undefined) refused.set(name, refusal);
    else if (found !== undefined && found !== "") values[name] = found.trim();
  }
  return { values, refused };
}

function refusalOf(name: string, value: string): string | undefined {
  const expect = (found: string, expected: string) => `${name}: found ${found}, expected ${expected}`;
  // A port that was meant to come from somewhere: 3000 would be a surprise.
  if (name === "PORT" && value === "") return expect("nothing", "a port from 1 to 65535, or no PORT at all");
  if (value === "") return undefined;
  if (value.trim() === "") return expect("nothing but spaces", "a value, or nothing at all");
  // A list may be written in lines.
  if ((name === "RIVULET_MODELS" || name === "MCP_SERVERS") && /^\s*[[{]/.test(value)) return undefined;
  if (/[\n\r]/.test(value)) return expect("a line break", "one line without it");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (/[\u0000-\u001f\u007f]/.test(value.trim())) return expect("a control character", "a value without any");
  // What a page or a file manager was copied from leaves them, before a path too.
  if (/[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/.test(value.trim()))
    return expect("a character that nobody sees", "a value without any");
  if (isQuoted(name, value.trim())) return expect("a value in quotes", "it without them");
  return undefined;
}

const quotes = ['""', "''", "``", "“”", "‘’", "«»"];

/** A secret may begin or end with any character, and is quoted only by a pair. */
function isQuoted(name: string, value: string): boolean {
  const [first = "", last = ""] = [value[0], value.at(-1)];
  if (isSecretVariable(name)) return value.length > 1 && quotes.includes(first + last);
  return quotes.some((pair) => pair.includes(first) || pair.includes(last));
}
