import { z } from "zod";
import { hasCredentials } from "./credentials.ts";
import { entryFault, readEntryList, whichEntry } from "./entry-list.ts";
import { looksSecret } from "./looks-secret.ts";
import type { Environment } from "./read-values.ts";

/*
 * MCP_SERVERS: the servers whose tools agents are offered, as JSON or in a file; the form that other programs
 * keep in a `mcpServers` object is read too. `${NAME}` in a header or in a child's environment is the value
 * of that variable. What is wrong is said a line an entry, and nothing is repeated that could be a key.
 */

/** An MCP server as its operator describes it, its variables filled in. Times in milliseconds. */
export interface McpEntry {
  name: string;
  reach:
    | { type: "http"; url: string; headers: Readonly<Record<string, string>> }
    | {
        type: "stdio";
        command: string;
        args: readonly string[];
        env: Readonly<Record<string, string>>;
        cwd?: string;
      };
  /** The only tools that are offered; absent: all of them. */
  tools?: readonly string[];
  /** What a tool does that `effects` does not name. */
  effect: ToolEffectName;
  effects: Readonly<Record<string, ToolEffectName>>;
  /** How long a call may bring neither an answer nor progress. */
  idleTimeoutMs: number;
}

const effectNames = ["read", "write", "network", "code"] as const;
type ToolEffectName = (typeof effectNames)[number];

interface ReadMcpEntries {
  entries: readonly McpEntry[];
  /** Lines for people; the entries are of no use then. */
  faults: readonly string[];
}

const mcpForm = { variable: "MCP_SERVERS", example: '[{"name": "…", "url": "https://host/mcp"}]' };

const textThat = (expected: string) =>
  z
    .string(expected)
    .min(1, expected)
    .max(4000, `${expected} of at most 4000 characters`)
    .refine((text) => !text.includes("\0"), `${expected} without control characters`);
const effect = z.enum(effectNames, "read, write, network or code");
const texts = (expected: string) => z.record(z.string(), z.string(expected)).exactOptional();
const mcpAddress = "an http(s) address such as https://host/mcp";
const nameForm = "a short name of letters, digits, - and _, which its tools begin with";

const serverSchema = z.strictObject({
  name: z
    .string(nameForm)
    .regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]|_(?!_)){0,31}$/, nameForm)
    .refine((text) => !looksSecret(text, []), `${nameForm}: this is a key`),
  type: z
    .enum(["http", "streamable-http", "stdio"], "http or stdio: servers that speak SSE alone are not reached")
    .exactOptional(),
  url: z
    .url({ protocol: /^https?$/, error: mcpAddress })
    .refine(
      (url) => !URL.canParse(url) || !hasCredentials(url),
      "an address without user and password, which headers can name",
    )
    .exactOptional(),
  headers: z
    .record(
      z
        .string()
        .regex(/^[\w!#$%&'*+.^`|~-]+$/, "names of headers")
        .refine((text) => !protocolHeaders.test(text), "no header that the protocol has of its own"),
      z.string("a text").regex(/^[\x20-\x7e]*$/, "a text without line breaks"),
    )
    .exactOptional(),
  command: textThat("the program that is the server").exactOptional(),
  args: z.array(textThat("a text"), "a list of texts").exactOptional(),
  env: texts("a text").exactOptional(),
  cwd: textThat("the folder that the program is started in").exactOptional(),
  tools: z.array(textThat("the name of a tool"), "a list of names of tools").exactOptional(),
  effect: effect.exactOptional(),
  effects: z.record(z.string(), effect).exactOptional(),
  timeoutSeconds: z
    .number("a number of seconds")
    .min(1, "1 second or more")
    .max(3600, "3600 seconds at most")
    .exactOptional(),
});

const protocolHeaders = /^(host|connection|content-length|content-type|transfer-encoding|accept|mcp-.*)$/i;

/** `value`: as the variable holds it. `env`: where the variables that entries name are looked up. */
export function readMcpEntries(value: string | undefined, env: Environment): ReadMcpEntries {
  if (value === undefined) return { entries: [], faults: [] };
  const list = readEntryList(value, mcpForm, namedServers);
  if ("fault" in list) return { entries: [], faults: [list.fault] };
  const read = list.value.map((each, at) => readServer(each, at, list.value, env));
  return {
    entries: read.flatMap((each) => ("entry" in each ? [each.entry] : [])),
    faults: read.flatMap((each) => ("fault" in each ? [each.fault] : [])),
  };
}

/** `{"mcpServers": {"files": {…}}}`: the name of each stands before it. */
function namedServers(value: object): readonly unknown[] | undefined {
  const servers: unknown = "mcpServers" in value ? value.mcpServers : undefined;
  if (typeof servers !== "object" || servers === null || Array.isArray(servers)) return undefined;
  return Object.entries(servers).map(([name, entry]: [string, unknown]) =>
    typeof entry === "object" && entry !== null ? { name, ...entry } : entry,
  );
}

type ServerResult = { entry: McpEntry } | { fault: string };

function readServer(value: unknown, at: number, all: readonly unknown[], env: Environment): ServerResult {
  const fault = (words: string) => ({
    fault: `${mcpForm.variable}, ${whichEntry(nameOf(value), at)}: ${words}`,
  });
  const parsed = serverSchema.safeParse(value);
  if (!parsed.success) return fault(entryFault(value, parsed.error.issues, { ...mcpForm, keys: serverKeys }));
  const { data } = parsed;
  const first = all.findIndex((other) => nameOf(other)?.toLowerCase() === data.name.toLowerCase());
  if (first < at) return fault(`its name is that of entry ${first + 1} too, give each a name of its own`);
  const reach = reachFrom(data, env);
  if (typeof reach === "string") return fault(reach);
  return {
    entry: {
      name: data.name,
      reach,
      ...(data.tools && { tools: data.tools }),
      effect: data.effect ?? "network",
      effects: data.effects ?? {},
      idleTimeoutMs: (data.timeoutSeconds ?? 60) * 1000,
    },
  };
}

const nameOf = (value: unknown): string | undefined =>
  typeof value === "object" && value !== null && "name" in value && typeof value.name === "string"
    ? value.name
    : undefined;

/** How it is reached, or what is wrong. */
function reachFrom(entry: z.infer<typeof serverSchema>, env: Environment): McpEntry["reach"] | string {
  const { type, url, command, args = [], cwd } = entry;
  if ((url === undefined) === (command === undefined)) return "expected either a url or a command";
  const isStdio = type === undefined ? command !== undefined : type === "stdio";
  if (isStdio !== (command !== undefined)) return `type is ${type}, expected the one of its url or command`;
  const given = filled(url === undefined ? entry.env : entry.headers, env);
  if ("fault" in given) return `${url === undefined ? "env" : "headers"}.${given.fault}`;
  if (url !== undefined)
    return Object.values(given.values).every((text) => /^[\x20-\x7e]*$/.test(text))
      ? { type: "http", url, headers: given.values }
      : "headers: a variable holds line breaks or other letters: expected a value without them";
  if (command === undefined) return "expected either a url or a command";
  return { type: "stdio", command, args, env: given.values, ...(cwd !== undefined && { cwd }) };
}

function filled(
  texts: Readonly<Record<string, string>> = {},
  env: Environment,
): { values: Record<string, string> } | { fault: string } {
  const values: Record<string, string> = {};
  for (const [name, text] of Object.entries(texts)) {
    const missing = [...text.matchAll(variableForm)]
      .map(([, variable = ""]) => variable)
      .find((variable) => !Object.hasOwn(env, variable) || !env[variable]?.trim());
    if (missing !== undefined) return { fault: `${name} names ${missing}, which is not set: set it` };
    values[name] = text.replace(variableForm, (_, variable: string) => env[variable]?.trim() ?? "");
  }
  return { values };
}

const variableForm = /\$\{([A-Za-z_]\w{0,99})\}/g;

/** The keys that an entry may have. */
const serverKeys: Readonly<Record<string, object>> = { "": serverSchema.shape };
