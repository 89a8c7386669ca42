import { searchVariables } from "./choose-search.ts";
import { chooseStore } from "./choose-store.ts";
import { hasCredentials } from "./credentials.ts";
import { isLoopback } from "./is-loopback.ts";
import { looksSecret, minSecretLength } from "./looks-secret.ts";
import { type Variables, variables } from "./variables.ts";

function usesSharedStore(env: Variables): boolean {
  const choice = chooseStore(env);
  return "store" in choice && choice.store.kind !== "sqlite";
}

/** Those whose host people get to see: at the start, in a failure, on the page. */
const shownAddresses = [
  "OPENAI_BASE_URL",
  "ANTHROPIC_BASE_URL",
  "PUBLIC_URL",
  "REDIS_URL",
  "KV_URL",
  "KV_REST_API_URL",
  "UPSTASH_REDIS_REST_URL",
  "SEARXNG_URL",
  "BRAVE_BASE_URL",
  "TAVILY_BASE_URL",
] as const;

const providers = ["OPENAI", "ANTHROPIC"] as const;

const providerValues = (env: Variables, provider: (typeof providers)[number]) => ({
  key: env[`${provider}_API_KEY`],
  url: env[`${provider}_BASE_URL`],
  model: env[`${provider}_MODEL`],
});

/** One with dots is no key, and neither is a short one, such as `hf-tgi` among containers. */
function keyLikeHost(url = ""): string {
  const { hostname } = new URL(URL.canParse(url) ? url : "http://none");
  return hostname.includes(".") || hostname.length < minSecretLength ? "" : hostname;
}

/** Whether what people get to see of an address or a name is a key that was put into the wrong variable. */
const isKey = (env: Variables, shown: string): boolean =>
  looksSecret(
    shown,
    [
      env.OPENAI_API_KEY,
      env.ANTHROPIC_API_KEY,
      env.KV_REST_API_TOKEN,
      env.UPSTASH_REDIS_REST_TOKEN,
      env.METRICS_TOKEN,
      env.BRAVE_API_KEY,
      env.TAVILY_API_KEY,
      ...(env.SESSION_SECRET ?? []),
    ].filter((each) => each !== undefined),
  );

/** All variables together: what each of them asks of the others. */
export const environment = variables
  .refine((env) => env.LEASE_SECONDS <= 0 || env.HEARTBEAT_SECONDS * 2 <= env.LEASE_SECONDS, {
    path: ["HEARTBEAT_SECONDS"],
    error: "at most half of LEASE_SECONDS",
  })
  .superRefine((env, context) => {
    for (const provider of providers) {
      const { key, url = "", model = "" } = providerValues(env, provider);
      const refuse = (name: string, message: string) =>
        context.addIssue({ code: "custom", path: [`${provider}_${name}`], message });
      if (isKey(env, model)) refuse("MODEL", "a model's name: this is a key");
      if (key !== undefined && URL.canParse(url) && hasCredentials(url))
        refuse(
          "BASE_URL",
          `no user and password in it beside ${provider}_API_KEY: an endpoint takes one of the two`,
        );
    }
  })
  .superRefine(({ WEB_SEARCH: provider, ...env }, context) => {
    if (provider === undefined || provider === "off") return;
    const name = searchVariables[provider];
    if (env[name] === undefined)
      context.addIssue({
        code: "custom",
        path: [name],
        message: `a value, because WEB_SEARCH is ${provider}`,
      });
  })
  .refine((env) => !isKey(env, env.DATA_DIR), {
    path: ["DATA_DIR"],
    error: "the path of a folder: this is a key",
  })
  .refine((env) => isLoopback(env.HOST) || env.SESSION_SECRET !== undefined, {
    path: ["SESSION_SECRET"],
    error: "32 random characters or more, because HOST is open to other machines",
  })
  .superRefine((env, context) => {
    for (const name of shownAddresses)
      if (isKey(env, keyLikeHost(env[name])))
        context.addIssue({ code: "custom", path: [name], message: "an address with a host: this is a key" });
    const choice = chooseStore(env);
    if ("expected" in choice)
      context.addIssue({ code: "custom", path: [choice.variable], message: choice.expected });
  })
  .refine((env) => !usesSharedStore(env) || env.SESSION_SECRET !== undefined, {
    path: ["SESSION_SECRET"],
    error: "32 random characters or more, the same for every process of a shared store",
  });
