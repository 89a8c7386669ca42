import { resolve } from "node:path";
import { z } from "zod";

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

const duration = "a number of seconds above 0, at most 86400";
const someSeconds = z.coerce.number(duration).positive(duration).max(86_400, duration);
const seconds = (fallback: number) => someSeconds.default(fallback);

const amount = "a whole number, 0 for no limit";
const bound = (fallback: number) => z.coerce.number(amount).int(amount).min(0, amount).default(fallback);

const secret = z.string().min(32, "at least 32 characters each, comma-separated, newest first");
const secretVariables: ReadonlySet<PropertyKey> = new Set([
  "OPENAI_API_KEY",
  "SESSION_SECRET",
  "REDIS_URL",
  "KV_REST_API_TOKEN",
]);

const variables = z.object({
  HOST: z.string().default("127.0.0.1"),
  PORT: z.coerce
    .number("a port from 1 to 65535")
    .int("a port from 1 to 65535")
    .min(1, "a port from 1 to 65535")
    .max(65535, "a port from 1 to 65535")
    .default(3000),
  DATA_DIR: z.string().default(".data"),
  SESSION_SECRET: z
    .string()
    .transform((list) => list.split(",").map((each) => each.trim()))
    .pipe(z.array(secret))
    .optional(),
  OPENAI_API_KEY: z
    .string()
    .regex(/^[\x21-\x7e]+$/, "a key without spaces or line breaks")
    .optional(),
  OPENAI_BASE_URL: z
    .url({ protocol: /^https?$/, error: "an http(s) address such as https://host/v1" })
    .optional(),
  OPENAI_MODEL: z.string().max(200, "a model's name").optional(),
  LEASE_SECONDS: seconds(15),
  HEARTBEAT_SECONDS: seconds(5),
  SWEEP_SECONDS: seconds(4),
  RUN_SLICE_SECONDS: someSeconds.optional(),
  SHUTDOWN_SECONDS: seconds(8),
  FIRST_TOKEN_SECONDS: seconds(60),
  SILENCE_SECONDS: seconds(120),
  LIMIT_RUNS_PER_10_MIN: bound(120),
  LIMIT_LIVE_RUNS: bound(8),
  LIMIT_TOKENS_PER_DAY: bound(0),
  TRUSTED_PROXY: z.coerce
    .number("how many proxies stand in front, 0 to 10")
    .int("how many proxies stand in front, 0 to 10")
    .min(0, "how many proxies stand in front, 0 to 10")
    .max(10, "how many proxies stand in front, 0 to 10")
    .default(0),
  ANSWER_SECONDS: seconds(3600),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: "redis://host:6379, or rediss:// for TLS" }).optional(),
  KV_REST_API_URL: z
    .url({ protocol: /^https?$/, error: "the https address of the KV's REST interface" })
    .optional(),
  KV_REST_API_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]+$/, "a token without spaces or line breaks")
    .optional(),
});

const environment = variables
  .refine((env) => env.LEASE_SECONDS <= 0 || env.HEARTBEAT_SECONDS * 2 <= env.LEASE_SECONDS, {
    path: ["HEARTBEAT_SECONDS"],
    error: "at most half of LEASE_SECONDS",
  })
  .refine((env) => isLoopback(env.HOST) || env.SESSION_SECRET !== undefined, {
    path: ["SESSION_SECRET"],
    error: "32 random characters or more, because HOST is open to other machines",
  })
  .refine((env) => env.REDIS_URL === undefined || env.KV_REST_API_URL === undefined, {
    path: ["REDIS_URL"],
    error: "one store: set either REDIS_URL, or KV_REST_API_URL and KV_REST_API_TOKEN",
  })
  .refine((env) => env.KV_REST_API_URL === undefined || env.KV_REST_API_TOKEN !== undefined, {
    path: ["KV_REST_API_TOKEN"],
    error: "the token that belongs to KV_REST_API_URL",
  })
  .refine((env) => env.KV_REST_API_TOKEN === undefined || env.KV_REST_API_URL !== undefined, {
    path: ["KV_REST_API_URL"],
    error: "the address that belongs to KV_REST_API_TOKEN",
  })
  .refine((env) => !usesKv(env) || env.SESSION_SECRET !== undefined, {
    path: ["SESSION_SECRET"],
    error: "32 random characters or more, the same for every process of a shared store",
  });

const usesKv = (env: z.infer<typeof variables>): boolean =>
  env.REDIS_URL !== undefined || env.KV_REST_API_URL !== undefined;

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads and checks the environment. Empty values count as unset. Throws `ConfigError`. */
export function readConfig(env: Environment = process.env): Config {
  const set = withoutEmpty(env);
  const parsed = environment.safeParse(set);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map((issue) => lineOf(issue, set)));
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
  const set = withoutEmpty(env);
  const asked: z.ZodObject = storeVariables[kind];
  const missing = Object.keys(asked.shape).filter((name) => name !== "DATA_DIR" && set[name] === undefined);
  const parsed = asked.safeParse(set);
  if (parsed.success && missing.length === 0) return storeOf({ DATA_DIR: ".data", ...parsed.data });
  throw new ConfigError([
    ...missing.map((name) => `${name}: found nothing, expected the address or token of the ${kind} store`),
    ...(parsed.error?.issues ?? []).map((issue) => lineOf(issue, set)),
  ]);
}

const withoutEmpty = (env: Environment) =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));

/** An address that only this machine reaches. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);

function configOf(env: z.infer<typeof environment>): Config {
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
    dataDir: resolve(env.DATA_DIR),
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

function limitsOf(env: z.infer<typeof environment>): Config["limits"] {
  return {
    ...(env.LIMIT_RUNS_PER_10_MIN > 0 && { runsPer10Min: env.LIMIT_RUNS_PER_10_MIN }),
    ...(env.LIMIT_LIVE_RUNS > 0 && { liveRuns: env.LIMIT_LIVE_RUNS }),
    ...(env.LIMIT_TOKENS_PER_DAY > 0 && { tokensPerDay: env.LIMIT_TOKENS_PER_DAY }),
  };
}

type StoreVariables = Pick<
  z.infer<typeof variables>,
  "DATA_DIR" | "REDIS_URL" | "KV_REST_API_URL" | "KV_REST_API_TOKEN"
>;

function storeOf(env: StoreVariables): StoreConfig {
  if (env.REDIS_URL !== undefined) return { kind: "redis", url: env.REDIS_URL };
  if (env.KV_REST_API_URL !== undefined && env.KV_REST_API_TOKEN !== undefined)
    return { kind: "kv", url: env.KV_REST_API_URL, token: env.KV_REST_API_TOKEN };
  return { kind: "sqlite", dir: resolve(env.DATA_DIR) };
}

function lineOf(issue: z.core.$ZodIssue, env: Environment): string {
  const [name = "environment"] = issue.path;
  const found = env[String(name)];
  const shown =
    found === undefined ? "nothing" : secretVariables.has(name) ? "a value of the wrong form" : `"${found}"`;
  return `${String(name)}: found ${shown}, expected ${issue.message}`;
}
