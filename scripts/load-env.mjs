import nextEnv from "@next/env";
import { checkEnvFiles } from "./env-files.mjs";

/**
 * Reads .env files as Next does, and leaves what the environment already says: also where a file has a
 * variable of the same name, for which Next would read a $ in the environment's value as another variable.
 * Gives what an operator should know of them, and the variables of the files. Throws `EnvFileError`.
 */
export function loadEnv(root, isDev = false) {
  const given = { ...process.env };
  const notes = checkEnvFiles(root, isDev, given);
  const { loadedEnvFiles } = nextEnv.loadEnvConfig(root, isDev, { info() {}, error: console.error });
  Object.assign(process.env, given);
  return { notes, files: loadedEnvFiles.map(({ env }) => env) };
}
