import nextEnv from "@next/env";

/** Reads .env files as Next does, and leaves what the environment already says. */
export function loadEnv(root, isDev = false) {
  nextEnv.loadEnvConfig(root, isDev, { info() {}, error: console.error });
}
