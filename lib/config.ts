import type { z } from "zod";
import { absoluteDir } from "./config/data-dir.ts";
import { describeValue } from "./config/describe-value.ts";
import { environment } from "./config/environment.ts";
import { type Environment, readValues, type Values } from "./config/read-values.ts";
import { type Variables, variables } from "./config/variables.ts";

/** One line a wrong variable: its name, what was found, the fix. A secret's value is never part of it. */
export class ConfigError extends Error {
  constructor(lines: readonly string[]) {
    super(lines.join("\n"));
    this.name = "ConfigError";
  }
}

export interface Endpoint {
  apiKey?: string;
  baseUrl?: string;
  model?: string;
}

/** Where conversations and runs are kept. */
export type StoreConfig =
  | { kind: "sqlite"; dir: string }
  | { kind: "redis"; url: string }
  | { kind: "kv"; url: string; token: string };

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
  /** Newest first; empty: one is made and kept in `dataDir`. */
  sessionSecrets: readonly string[];
  /** Absent: only the demo model answers. */
  endpoint?: Endpoint;
  usesDemo: boolean;
  leaseMs: number;
  heartbeatMs: number;
  sweepMs: number;
  /** How long the host lets a run go on; absent: for ever. */
  sliceMs?: number;
  /** How long live runs may go on after the process is told to end. */
  graceMs: number;
  firstByteMs: number;
  idleMs: number;
  /** Absent: as much as they like. */
  limits: { runsPer10Min?: number; liveRuns?: number; tokensPerDay?: number };
  /** How many proxies in front are to be believed about where a request comes from; 0: none. */
  trustedProxies: number;
  /** Of one answer. */
  maxAnswerMs: number;
}

/** Reads and checks the environment. Empty values count as unset. Throws `ConfigError`. */
export function readConfig(env: Environment = process.env): Config {
  const read = readValues(env);
  const parsed = environment.safeParse(read.values);
  const lines = linesOf(read, parsed.error?.issues ?? []);
  if (!parsed.success || lines.length > 0) throw new ConfigError(lines);
  return configOf(parsed.data);
}

const storeVariables = {
  sqlite: variables.pick({ DATA_DIR: true }),
  redis: variables.pick({ REDIS_URL: true }),
  kv: variables.pick({ KV_REST_API_URL: true, KV_REST_API_TOKEN: true }),
} as const;

/**
 * Where the store of that kind is, whichever one the server would choose: moving from one to another needs
 * the variables of both. Throws `ConfigError`.
 */
export function readStore(kind: StoreConfig["kind"], env: Environment = process.env): StoreConfig {
  const read = readValues(env);
  const asked: z.ZodObject = storeVariables[kind];
  const names = Object.keys(asked.shape);
  const missing = names.filter((name) => name !== "DATA_DIR" && read.values[name] === undefined);
  const refused = new Map([...read.refused].filter(([name]) => names.includes(name)));
  const parsed = asked.safeParse(read.values);
  if (parsed.success && missing.length + refused.size === 0)
    return storeOf({ DATA_DIR: ".data", ...parsed.data });
  throw new ConfigError([
    ...missing
      .filter((name) => !refused.has(name))
      .map((name) => `${name}: found nothing, expected the address or token of the ${kind} store`),
    ...linesOf({ values: read.values, refused }, parsed.error?.issues ?? []),
  ]);
}

/** A variable has one line, however much is wrong with it. */
function linesOf({ values, refused }: Values, issues: readonly z.core.$ZodIssue[]): string[] {
  const lines = new Map(refused);
  for (const { path, message } of issues) {
    const name = String(path[0] ?? "environment");
    if (!lines.has(name))
      lines.set(name, `${name}: found ${describeValue(name, values[name])}, expected ${message}`);
  }
  return [...lines.values()];
}

function configOf(env: Variables): Config {
  const endpoint =
    env.OPENAI_API_KEY === undefined && env.OPENAI_BASE_URL === undefined
      ? undefined
      : {
          ...(env.OPENAI_API_KEY !== undefined && { apiKey: env.OPENAI_API_KEY }),
          ...(env.OPENAI_BASE_URL !== undefined && { baseUrl: env.OPENAI_BASE_URL }),
          ...(env.OPENAI_MODEL !== undefined && { model: env.OPENAI_MODEL }),
        };
  return {
    host: env.HOST,
    port: env.PORT,
    ...(env.PUBLIC_URL !== undefined && { publicUrl: env.PUBLIC_URL }),
    allowedHosts: env.ALLOWED_HOSTS,
    dataDir: absoluteDir(env.DATA_DIR),
    store: storeOf(env),
    sessionSecrets: env.SESSION_SECRET ?? [],
    ...(endpoint && { endpoint }),
    usesDemo: endpoint === undefined,
    leaseMs: env.LEASE_SECONDS * 1000,
    heartbeatMs: env.HEARTBEAT_SECONDS * 1000,
    sweepMs: env.SWEEP_SECONDS * 1000,
    ...(env.RUN_SLICE_SECONDS !== undefined && { sliceMs: env.RUN_SLICE_SECONDS * 1000 }),
    graceMs: env.SHUTDOWN_SECONDS * 1000,
    firstByteMs: env.FIRST_TOKEN_SECONDS * 1000,
    idleMs: env.SILENCE_SECONDS * 1000,
    limits: limitsOf(env),
    maxAnswerMs: env.ANSWER_SECONDS * 1000,
    trustedProxies: env.TRUSTED_PROXY,
  };
}

function limitsOf(env: Variables): Config["limits"] {
  return {
    ...(env.LIMIT_RUNS_PER_10_MIN > 0 && { runsPer10Min: env.LIMIT_RUNS_PER_10_MIN }),
    ...(env.LIMIT_LIVE_RUNS > 0 && { liveRuns: env.LIMIT_LIVE_RUNS }),
    ...(env.LIMIT_TOKENS_PER_DAY > 0 && { tokensPerDay: env.LIMIT_TOKENS_PER_DAY }),
  };
}

type StoreVariables = Pick<Variables, "DATA_DIR" | "REDIS_URL" | "KV_REST_API_URL" | "KV_REST_API_TOKEN">;

function storeOf(env: StoreVariables): StoreConfig {
  if (env.REDIS_URL !== undefined) return { kind: "redis", url: env.REDIS_URL };
  if (env.KV_REST_API_URL !== undefined && env.KV_REST_API_TOKEN !== undefined)
    return { kind: "kv", url: env.KV_REST_API_URL, token: env.KV_REST_API_TOKEN };
  return { kind: "sqlite", dir: absoluteDir(env.DATA_DIR) };
}
