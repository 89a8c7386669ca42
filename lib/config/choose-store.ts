import { absoluteDir } from "./data-dir.ts";
import type { Variables } from "./variables.ts";

/*
 * Which of the stores that the environment names is used. Hosts set the variables of one store for several
 * clients (Vercel's Upstash: KV_URL, KV_REST_API_*, REDIS_URL), so more than one is no contradiction as long
 * as all lead to the same host.
 */

/** Where conversations and runs are kept. */
export type StoreConfig =
  | { kind: "sqlite"; dir: string }
  | { kind: "redis"; url: string }
  | { kind: "kv"; url: string; token: string };

/** The variables that a store comes from, for messages. */
export interface StoreSource {
  /** Of its address or folder. */
  variable: string;
  tokenVariable?: string;
  /** Addresses of stores that are set and not used. */
  unused: readonly string[];
}

interface NamedStore {
  store: Exclude<StoreConfig, { kind: "sqlite" }>;
  variable: string;
  tokenVariable?: string;
}

export interface StoreChoice {
  store: StoreConfig;
  source: StoreSource;
}

/** Why none can be chosen: the variable to change, and what was expected of it. */
interface StoreProblem {
  variable: string;
  expected: string;
}

export type StoreVariables = Pick<
  Variables,
  "STORE" | "DATA_DIR" | (typeof redisVariables)[number] | (typeof restVariables)[number][number]
>;

/** Each address with its token; the earlier one counts. */
export const restVariables = [
  ["KV_REST_API_URL", "KV_REST_API_TOKEN"],
  ["UPSTASH_REDIS_REST_URL", "UPSTASH_REDIS_REST_TOKEN"],
] as const;
export const redisVariables = ["REDIS_URL", "KV_URL"] as const;

/**
 * The store to use: of the kind that `STORE` names, else the one that is named, else SQLite. One that can be
 * reached by REST and by TCP is used by REST, which each host that offers both is made for.
 */
export function chooseStore(env: StoreVariables): StoreChoice | StoreProblem {
  const all = namedStores(env);
  const [chosen, ...others] = all.filter(({ store }) => env.STORE === undefined || env.STORE === store.kind);
  const unused = all.filter((each) => each !== chosen).map(({ variable }) => variable);
  if (chosen !== undefined) {
    const other = env.STORE === undefined && others.find((each) => !isSameStore(chosen, each));
    if (other) return differentStores(chosen, other);
    const half = env.STORE === undefined && halfNamedElsewhere(env, chosen);
    if (half) return half;
    const { store, ...variables } = chosen;
    return { store, source: { ...variables, unused } };
  }
  const problem = env.STORE === "sqlite" ? undefined : whatIsMissing(env);
  const store = { kind: "sqlite", dir: absoluteDir(env.DATA_DIR) } as const;
  return problem ?? { store, source: { variable: "DATA_DIR", unused } };
}

function namedStores(env: StoreVariables): NamedStore[] {
  const rest = restVariables.flatMap(([variable, tokenVariable]): NamedStore[] => {
    const [url, token] = [env[variable], env[tokenVariable]];
    if (url === undefined || token === undefined) return [];
    return [{ store: { kind: "kv", url, token }, variable, tokenVariable }];
  });
  const redis = redisVariables.flatMap((variable): NamedStore[] => {
    const url = env[variable];
    return url === undefined ? [] : [{ store: { kind: "redis", url }, variable }];
  });
  return [...rest, ...redis];
}

/** Ports and databases tell apart what is reached in the same way; REST has other ports than TCP. */
function isSameStore({ store: a }: NamedStore, { store: b }: NamedStore): boolean {
  const [left, right] = [new URL(a.url), new URL(b.url)];
  if (hostKey(left) !== hostKey(right)) return false;
  if (a.kind !== b.kind) return true;
  return (left.port || "6379") === (right.port || "6379") && databaseOf(left) === databaseOf(right);
}

const hostKey = ({ hostname }: URL): string =>
  hostname
    .toLowerCase()
    .replace(/\.$/, "")
    .replace(/^(127(\.\d+){3}|\[::1\])$/, "localhost");

const databaseOf = ({ pathname }: URL): string => pathname.replace(/^\/$|^\/0$/, "");

const differentStores = (chosen: NamedStore, other: NamedStore): StoreProblem => ({
  variable: other.variable,
  expected: `one store: set either ${chosen.variable} or ${other.variable}, which name different ones${
    chosen.store.kind === other.store.kind ? "" : ", or say STORE=kv or STORE=redis"
  }`,
});

/** An address without its token, of another host: which of the two is meant is not known. */
function halfNamedElsewhere(
  env: StoreVariables,
  { store, variable: used }: NamedStore,
): StoreProblem | undefined {
  for (const [variable, token] of restVariables) {
    const url = env[variable];
    if (url === undefined || env[token] !== undefined) continue;
    if (hostKey(new URL(url)) === hostKey(new URL(store.url))) continue;
    const expected = `the token that belongs to ${variable}, which names another store than ${used}, or STORE=${store.kind}`;
    return { variable: token, expected };
  }
  return undefined;
}

/** Half of an address and a token, or nothing of what `STORE` asks for. */
function whatIsMissing(env: StoreVariables): StoreProblem | undefined {
  for (const [variable, token] of restVariables) {
    if (env[variable] !== undefined && env[token] === undefined)
      return { variable: token, expected: `the token that belongs to ${variable}` };
    if (env[token] !== undefined && env[variable] === undefined)
      return { variable, expected: `the address that belongs to ${token}` };
  }
  if (env.STORE === "redis")
    return { variable: "REDIS_URL", expected: "the address of the Redis that STORE asks for" };
  if (env.STORE === "kv")
    return { variable: "KV_REST_API_URL", expected: "the address of the KV that STORE asks for" };
  return undefined;
}
