import { z } from "zod";
import { isAllowedHost, readAllowedHosts } from "./allowed-hosts.ts";
import { areReadable, hasCredentials } from "./credentials.ts";
import { isFolder } from "./data-dir.ts";
import { isPageHost, readPageHosts } from "./page-hosts.ts";
import { publicUrl } from "./public-url.ts";
import { toolApprovals } from "./tool-approvals.ts";

/** What is said where a number was expected and something else, or a number out of its range, was found. */
const numeral = /^[-+]?(\d+\.?\d*|\.\d+)(e\+?\d+)?$/i;
const numberThat = (fits: (value: number) => boolean, expected: string) =>
  z
    .string()
    .transform((text) => (numeral.test(text) ? Number(text) : Number.NaN))
    .refine(fits, expected);

const someSeconds = numberThat(
  (value) => value > 0 && value <= 86_400,
  "a number of seconds above 0, at most 86400",
);
const seconds = (fallback: number) => someSeconds.default(fallback);

const isWholeFrom = (min: number, max: number) => (value: number) =>
  Number.isSafeInteger(value) && value >= min && value <= max;
const limit = (fallback: number) =>
  numberThat(isWholeFrom(0, Number.MAX_SAFE_INTEGER), "a whole number, 0 for no limit").default(fallback);

/** A year. */
const maxApprovalHours = 8760;

const onOrOff = z
  .string()
  .toLowerCase()
  .pipe(z.enum(["on", "off"], "on or off"));

const secret = z.string().min(32, "at least 32 characters each, comma-separated, newest first");
const apiKey = z.string().regex(/^[\x21-\x7e]+$/, "a key without spaces or line breaks");
const token = z.string().regex(/^[\x21-\x7e]+$/, "a token without spaces or line breaks");
const encoded = "user and password with %25 for %, %40 for @, %3A for :, %2F for /";
const redisUrl = z
  .url({ protocol: /^rediss?$/, hostname: /./, error: "redis://host:6379, or rediss:// for TLS" })
  .refine(areReadable, encoded);
const restUrl = z
  .url({ protocol: /^https?$/, error: "the https address of the KV's REST interface" })
  .refine((url) => !URL.canParse(url) || !hasCredentials(url), "an address without user and password");
const endpointUrl = z
  .url({ protocol: /^https?$/, error: "an http(s) address such as https://host/v1" })
  .refine(areReadable, encoded);
const shownName = z.string().max(200, "a model's name");

/** All variables that are read, each for itself. */
export const variables = z.object({
  HOST: z.string().default("127.0.0.1"),
  PORT: numberThat(isWholeFrom(1, 65_535), "a port from 1 to 65535").default(3000),
  PUBLIC_URL: publicUrl.optional(),
  ALLOWED_HOSTS: z
    .string()
    .transform(readAllowedHosts)
    .pipe(z.array(z.string().refine(isAllowedHost, "names such as chat.example.com, comma-separated, or *")))
    .default([]),
  DATA_DIR: z
    .string()
    .refine(isFolder, "the path of a folder as it is: no ~name, $NAME or %NAME%, no address")
    .default(".data"),
  SESSION_SECRET: z
    .string()
    .transform((list) => list.split(",").map((each) => each.trim()))
    .pipe(z.array(secret))
    .optional(),
  OPENAI_API_KEY: apiKey.optional(),
  OPENAI_BASE_URL: endpointUrl.optional(),
  OPENAI_MODEL: shownName.optional(),
  OPENAI_STARTS_THINKING: onOrOff.optional(),
  OPENAI_TOOL_CALLING: z.enum(["auto", "native", "react"], "auto, native or react").optional(),
  ANTHROPIC_API_KEY: apiKey.optional(),
  ANTHROPIC_BASE_URL: endpointUrl.optional(),
  ANTHROPIC_MODEL: shownName.optional(),
  /** Read by model-entries.ts. */
  RIVULET_MODELS: z.string().optional(),
  /** Read by mcp-entries.ts. */
  MCP_SERVERS: z.string().optional(),
  TOOL_APPROVALS: toolApprovals.default({}),
  CODE: onOrOff.default("off"),
  SUMMARIES: onOrOff.default("on"),
  CODE_MEMORY_MB: numberThat(isWholeFrom(24, 1024), "a whole number of megabytes from 24 to 1024").default(
    64,
  ),
  CODE_SECONDS: numberThat(
    (value) => value > 0 && value <= 60,
    "a number of seconds above 0, at most 60",
  ).default(2),
  CODE_OUTPUT_KB: numberThat(isWholeFrom(1, 200), "a whole number of kilobytes from 1 to 200").default(64),
  READ_PAGES: onOrOff.default("on"),
  PAGE_HOSTS: z
    .string()
    .transform(readPageHosts)
    .pipe(
      z.array(z.string().refine(isPageHost, "names with a port, such as wiki.internal:80, comma-separated")),
    )
    .default([]),
  WEB_SEARCH: z
    .string()
    .toLowerCase()
    .pipe(z.enum(["searxng", "brave", "tavily", "off"], "searxng, brave, tavily or off"))
    .optional(),
  SEARXNG_URL: endpointUrl.optional(),
  BRAVE_API_KEY: apiKey.optional(),
  BRAVE_BASE_URL: endpointUrl.optional(),
  TAVILY_API_KEY: apiKey.optional(),
  TAVILY_BASE_URL: endpointUrl.optional(),
  APPROVAL_HOURS: numberThat(
    (value) => value >= 0 && value <= maxApprovalHours,
    "a number of hours, at most 8760, 0 for no limit",
  ).default(168),
  LEASE_SECONDS: seconds(15),
  HEARTBEAT_SECONDS: seconds(5),
  SWEEP_SECONDS: seconds(4),
  RUN_SLICE_SECONDS: someSeconds.optional(),
  SHUTDOWN_SECONDS: seconds(8),
  FIRST_TOKEN_SECONDS: seconds(60),
  SILENCE_SECONDS: seconds(120),
  LIMIT_RUNS_PER_10_MIN: limit(120),
  LIMIT_LIVE_RUNS: limit(8),
  LIMIT_TOKENS_PER_DAY: limit(0),
  LIMIT_SERVER_RUNS: limit(500),
  LIMIT_SERVER_STREAMS: limit(2000),
  TRUSTED_PROXY: numberThat(isWholeFrom(0, 10), "how many proxies stand in front, 0 to 10").default(0),
  ANSWER_SECONDS: seconds(3600),
  LOG_RUNS: onOrOff.default("off"),
  METRICS: onOrOff.optional(),
  SCHEDULE_USER: z
    .string()
    .regex(/^[0-9a-f]{64}$/, "the id that GET /api/session gives a browser")
    .optional(),
  METRICS_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{16,}$/, "16 characters or more, without spaces or line breaks")
    .optional(),
  ANSWER_CHARACTERS: numberThat(
    isWholeFrom(1000, 100_000_000),
    "a whole number of characters from 1000 to 100000000",
  ).default(10_000_000),
  MODEL_CONTEXT_TOKENS: numberThat(
    isWholeFrom(1000, 100_000_000),
    "a whole number of tokens from 1000 to 100000000",
  ).default(128_000),
  BASE_PATH: z
    .string()
    .refine(
      (path) => path === "/",
      "nothing: it is served at the root of a name of its own, such as chat.example.com",
    )
    .optional(),
  MAX_MESSAGE_CHARACTERS: numberThat(
    isWholeFrom(1000, 1_000_000),
    "a whole number of characters from 1000 to 1000000",
  ).default(128_000),
  STORE: z
    .string()
    .toLowerCase()
    .pipe(z.enum(["sqlite", "redis", "kv"], "sqlite, redis or kv"))
    .optional(),
  REDIS_URL: redisUrl.optional(),
  KV_URL: redisUrl.optional(),
  KV_REST_API_URL: restUrl.optional(),
  KV_REST_API_TOKEN: token.optional(),
  UPSTASH_REDIS_REST_URL: restUrl.optional(),
  UPSTASH_REDIS_REST_TOKEN: token.optional(),
});

/** Those that say where conversations are kept. */
export const storeSchema = variables.pick({
  STORE: true,
  DATA_DIR: true,
  REDIS_URL: true,
  KV_URL: true,
  KV_REST_API_URL: true,
  KV_REST_API_TOKEN: true,
  UPSTASH_REDIS_REST_URL: true,
  UPSTASH_REDIS_REST_TOKEN: true,
});

export type Variables = z.infer<typeof variables>;
