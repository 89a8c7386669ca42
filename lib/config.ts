import type { z } from "zod";
import { chooseSearch, type SearchChoice } from "./config/choose-search.ts";
import {
  chooseStore,
  redisVariables,
  restVariables,
  type StoreChoice,
  type StoreConfig,
  type StoreSource,
} from "./config/choose-store.ts";
import { absoluteDir } from "./config/data-dir.ts";
import { describeValue } from "./config/describe-value.ts";
import { environment } from "./config/environment.ts";
import { type McpEntry, readMcpEntries } from "./config/mcp-entries.ts";
import { type ModelEntry, readModelEntries } from "./config/model-entries.ts";
import { type Environment, readValues, type Values } from "./config/read-values.ts";
import { storeSchema, type Variables } from "./config/variables.ts";

/** One line a wrong variable: its name, what was found, the fix. A secret's value is never part of it. */
export class ConfigError extends Error {
  constructor(lines: readonly string[]) {
    super(lines.join("\n"));
    this.name = "ConfigError";
  }
}

/** Where models are asked, and as whom. */
export interface Endpoint {
  wire: "chat" | "responses" | "messages";
  apiKey?: string;
  /** Absent: the provider's own. */
  baseUrl?: string;
  headers?: Readonly<Record<string, string>>;
  /** The prompt of its models opens a thought, so that a text begins inside of one. */
  startsThinking?: boolean;
  /** How its models are offered tools; absent: as they take them, in words where they refuse. */
  toolCalling?: "auto" | "native" | "react";
  /** How much its models are to think; absent: as they do by themselves. */
  reasoningEffort?: NonNullable<ModelEntry["reasoningEffort"]>;
  thinkingTokens?: number;
  /** Its provider may search the web itself. */
  webSearch?: boolean;
  /** The only one that is asked for; absent: those that the endpoint lists. */
  model?: EndpointModel;
}

/** `model`: what the endpoint is asked for; `id`: what a request names. */
export interface EndpointModel
  extends Pick<ModelEntry, "id" | "label" | "prices" | "limits" | "capabilities"> {
  model: string;
}

/** All that the environment decides. Times in milliseconds. */
export interface Config {
  host: string;
  port: number;
  /** The origin that browsers open, where a proxy stands in front. */
  publicUrl?: string;
  /** Further names to answer to, as `readAllowedHosts` gives them. */
  allowedHosts: readonly string[];
  dataDir: string;
  store: StoreConfig;
  storeSource: StoreSource;
  /** Newest first; empty: one is made and kept in `dataDir`. */
  sessionSecrets: readonly string[];
  /** The first one has the default model. None: only the demo model answers. */
  endpoints: readonly Endpoint[];
  usesDemo: boolean;
  /** Whose tools agents are offered. */
  mcpServers: readonly McpEntry[];
  /** Of tools by their name, or of all of an effect: whether a call runs, asks or is denied. */
  toolApprovals: Readonly<Record<string, "allow" | "ask" | "deny">>;
  /** What code of models may take; absent: none is run. */
  code?: { memoryMb: number; cpuMs: number; outputBytes: number };
  /** Whether agents may read pages of the open web, and of these `host:port` of a network of one's own. */
  readsPages: boolean;
  pageHosts: readonly string[];
  /** Absent: the web is not searched. */
  search?: SearchChoice;
  leaseMs: number;
  heartbeatMs: number;
  sweepMs: number;
  /** How long the host lets a run go on; absent: for ever. */
  sliceMs?: number;
  /** How long a person may take to decide; absent: for ever. */
  approvalMs?: number;
  /** How long live runs may go on after the process is told to end. */
  graceMs: number;
  firstByteMs: number;
  idleMs: number;
  /** Absent: as much as they like. */
  limits: {
    runsPer10Min?: number;
    liveRuns?: number;
    tokensPerDay?: number;
    /** Of this process, for everybody together. */
    serverRuns?: number;
    serverStreams?: number;
  };
  /** How many proxies in front are to be believed about where a request comes from; 0: none. */
  trustedProxies: number;
  /** Of one answer. */
  maxAnswerMs: number;
  /** A line of the log for each run that ends. */
  logsRuns: boolean;
  /** A session of the user whose conversations scheduled runs are; absent: nobody sees them. */
  scheduleSession?: string;
  /** Counted, and told to whoever has the token; without one, to whoever asks. Absent: to nobody. */
  metrics?: { token?: string };
  /** Of all that a model writes in one answer. */
  maxAnswerCharacters: number;
  /** What a model takes in whose limits nobody says, tokens. */
  contextTokens: number;
  /** Long conversations are summarised. */
  summaries: boolean;
  /** Of one question. */
  maxMessageLength: number;
}

/** Reads and checks the environment. Empty values count as unset. Throws `ConfigError`. */
export function readConfig(env: Environment = process.env): Config {
  const read = withoutOtherStores(readValues(env));
  const parsed = environment.safeParse(read.values);
  const { entries, faults } = readModelEntries(read.values.RIVULET_MODELS, env);
  const mcp = readMcpEntries(read.values.MCP_SERVERS, env);
  const lines = [...linesOf(read, parsed.error?.issues ?? []), ...faults, ...mcp.faults];
  if (!parsed.success || lines.length > 0) throw new ConfigError(lines);
  return { ...configOf(parsed.data, entries), mcpServers: mcp.entries };
}

/** `STORE` decides: what is wrong with the variables of other stores does not matter then. */
function withoutOtherStores({ values, refused }: Values): Values {
  const chosen = values.STORE?.toLowerCase();
  const others = [
    ...(chosen === undefined || chosen === "kv" ? [] : restVariables.flat()),
    ...(chosen === undefined || chosen === "redis" ? [] : redisVariables),
  ];
  const isKept = ([name]: readonly [string, string]) => !others.some((other) => other === name);
  return {
    values: Object.fromEntries(Object.entries(values).filter(isKept)),
    refused: new Map([...refused].filter(isKept)),
  };
}

/**
 * Where the store of that kind is, whichever one the server would choose: moving from one to another needs
 * the variables of both. Throws `ConfigError`.
 */
export const readStore = (kind: StoreConfig["kind"], env: Environment = process.env): StoreConfig =>
  readNamedStore(kind, env).store;

/** The same, with the variables that it comes from. */
export function readNamedStore(kind: StoreConfig["kind"], env: Environment = process.env): StoreChoice {
  const all = readValues(env);
  const read = withoutOtherStores({ ...all, values: { ...all.values, STORE: kind } });
  const parsed = storeSchema.safeParse(read.values);
  const refused = new Map([...read.refused].filter(([name]) => Object.hasOwn(storeSchema.shape, name)));
  const lines = linesOf({ ...read, refused }, parsed.error?.issues ?? []);
  if (!parsed.success || lines.length > 0) throw new ConfigError(lines);
  const choice = chooseStore(parsed.data);
  if ("store" in choice) return choice;
  throw new ConfigError([lineOf(choice.variable, read.values, choice.expected)]);
}

/** A variable has one line, however much is wrong with it. */
function linesOf({ values, refused }: Values, issues: readonly z.core.$ZodIssue[]): string[] {
  const lines = new Map(refused);
  for (const { path, message } of issues) {
    const name = String(path[0] ?? "environment");
    if (!lines.has(name)) lines.set(name, lineOf(name, values, message));
  }
  return [...lines.values()];
}

const lineOf = (name: string, values: Values["values"], expected: string): string =>
  `${name}: found ${describeValue(name, values[name])}, expected ${expected}`;

function configOf(env: Variables, entries: readonly ModelEntry[]): Omit<Config, "mcpServers"> {
  const endpoints = [...entries.map(endpointOfEntry), ...openAi(env), ...anthropic(env)];
  const choice = chooseStore(env);
  if (!("store" in choice)) throw new ConfigError([choice.expected]); // The schema has said so before.
  const search = chooseSearch(env);
  return {
    host: env.HOST,
    port: env.PORT,
    ...(env.PUBLIC_URL !== undefined && { publicUrl: env.PUBLIC_URL }),
    allowedHosts: env.ALLOWED_HOSTS,
    dataDir: absoluteDir(env.DATA_DIR),
    store: choice.store,
    storeSource: choice.source,
    sessionSecrets: env.SESSION_SECRET ?? [],
    endpoints,
    usesDemo: endpoints.length === 0,
    toolApprovals: env.TOOL_APPROVALS,
    ...(env.CODE === "on" && { code: codeLimits(env) }),
    readsPages: env.READ_PAGES === "on",
    pageHosts: env.PAGE_HOSTS,
    ...(search && { search }),
    leaseMs: env.LEASE_SECONDS * 1000,
    heartbeatMs: env.HEARTBEAT_SECONDS * 1000,
    sweepMs: env.SWEEP_SECONDS * 1000,
    ...(env.RUN_SLICE_SECONDS !== undefined && { sliceMs: env.RUN_SLICE_SECONDS * 1000 }),
    ...(env.APPROVAL_HOURS > 0 && { approvalMs: env.APPROVAL_HOURS * 3_600_000 }),
    graceMs: env.SHUTDOWN_SECONDS * 1000,
    firstByteMs: env.FIRST_TOKEN_SECONDS * 1000,
    idleMs: env.SILENCE_SECONDS * 1000,
    limits: limitsOf(env),
    maxAnswerMs: env.ANSWER_SECONDS * 1000,
    logsRuns: env.LOG_RUNS === "on",
    ...metricsOf(env),
    ...(env.SCHEDULE_USER !== undefined && { scheduleSession: env.SCHEDULE_USER }),
    maxAnswerCharacters: env.ANSWER_CHARACTERS,
    contextTokens: env.MODEL_CONTEXT_TOKENS,
    summaries: env.SUMMARIES === "on",
    maxMessageLength: env.MAX_MESSAGE_CHARACTERS,
    trustedProxies: env.TRUSTED_PROXY,
  };
}

function endpointOfEntry(entry: ModelEntry): Endpoint {
  const { wire = "chat", apiKey, baseURL, headers, startsThinking, toolCalling, ...thinking } = entry;
  const { reasoningEffort, thinkingTokens, webSearch, ...named } = thinking;
  const { model = entry.id, ...described } = named;
  return {
    wire,
    ...(apiKey !== undefined && { apiKey }),
    baseUrl: baseURL,
    ...(headers && { headers }),
    ...(startsThinking !== undefined && { startsThinking }),
    ...(toolCalling !== undefined && { toolCalling }),
    ...(reasoningEffort !== undefined && { reasoningEffort }),
    ...(thinkingTokens !== undefined && { thinkingTokens }),
    ...(webSearch !== undefined && { webSearch }),
    model: { ...described, model },
  };
}

function openAi(env: Variables): Endpoint[] {
  const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseUrl, OPENAI_MODEL: model } = env;
  if (apiKey === undefined && baseUrl === undefined) return [];
  const endpoint = endpointOf("chat", apiKey, baseUrl, model);
  return [
    {
      ...endpoint,
      ...(env.OPENAI_STARTS_THINKING === "on" && { startsThinking: true }),
      ...(env.OPENAI_TOOL_CALLING !== undefined && { toolCalling: env.OPENAI_TOOL_CALLING }),
    },
  ];
}

/** Its own clients take the address without the version; with it, it is the same. */
function anthropic(env: Variables): Endpoint[] {
  const { ANTHROPIC_API_KEY: apiKey, ANTHROPIC_BASE_URL: url, ANTHROPIC_MODEL: model } = env;
  if (apiKey === undefined) return [];
  const baseUrl = (url ?? "https://api.anthropic.com").replace(/\/*(\/v1)?\/*$/, "/v1");
  return [endpointOf("messages", apiKey, baseUrl, model)];
}

const endpointOf = (
  wire: Endpoint["wire"],
  apiKey: string | undefined,
  baseUrl: string | undefined,
  model: string | undefined,
): Endpoint => ({
  wire,
  ...(apiKey !== undefined && { apiKey }),
  ...(baseUrl !== undefined && { baseUrl }),
  ...(model !== undefined && { model: { id: model, model } }),
});

const codeLimits = (env: Variables): NonNullable<Config["code"]> => ({
  memoryMb: env.CODE_MEMORY_MB,
  cpuMs: env.CODE_SECONDS * 1000,
  outputBytes: env.CODE_OUTPUT_KB * 1024,
});

/** A token says that they are wanted, and `METRICS=off` that they are not, for now. */
function metricsOf({ METRICS, METRICS_TOKEN: token }: Variables): Pick<Config, "metrics"> {
  if ((METRICS ?? (token === undefined ? "off" : "on")) === "off") return {};
  return { metrics: token === undefined ? {} : { token } };
}

function limitsOf(env: Variables): Config["limits"] {
  return {
    ...(env.LIMIT_RUNS_PER_10_MIN > 0 && { runsPer10Min: env.LIMIT_RUNS_PER_10_MIN }),
    ...(env.LIMIT_LIVE_RUNS > 0 && { liveRuns: env.LIMIT_LIVE_RUNS }),
    ...(env.LIMIT_TOKENS_PER_DAY > 0 && { tokensPerDay: env.LIMIT_TOKENS_PER_DAY }),
    ...(env.LIMIT_SERVER_RUNS > 0 && { serverRuns: env.LIMIT_SERVER_RUNS }),
    ...(env.LIMIT_SERVER_STREAMS > 0 && { serverStreams: env.LIMIT_SERVER_STREAMS }),
  };
}
