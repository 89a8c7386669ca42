import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { variables } from "../lib/config/variables.ts";

/** A .env file that cannot be read as it was meant; the message is one line with the fix. */
export class EnvFileError extends Error {}

/** Those that are read, the first one that has a variable counting. */
const namesOf = (isDev) => {
  const mode = isDev ? "development" : "production";
  return [`.env.${mode}.local`, ".env.local", `.env.${mode}`, ".env"];
};

/**
 * Looks whether the .env files of `root` will be read as they were meant, and gives a line for each thing in
 * them that will not. Throws `EnvFileError` for a file of which nothing can be read.
 */
export function checkEnvFiles(root, isDev, env = process.env) {
  const names = namesOf(isDev);
  const notes = strayFiles(root).map((name) => `${name} is not read: its name has to be .env.local`);
  const files = names.flatMap((name) => {
    const text = readEnvFile(root, name);
    return text === undefined ? [] : [{ name, text, values: parseEnv(text) }];
  });
  const known = { ...Object.assign({}, ...files.map(({ values }) => values)), ...env };
  for (const { name, text, values } of files)
    for (const variable of Object.keys(variables.shape)) {
      // What the environment says counts, whatever stands in a file.
      if (env[variable] !== undefined || values[variable] === undefined) continue;
      notes.push(
        ...notesOn(variable, values[variable], text, known).map((note) => `${name}: ${variable} ${note}`),
      );
    }
  return notes;
}

function readEnvFile(root, name) {
  const bytes = readBytes(join(root, name), name);
  if (bytes === undefined) return undefined;
  if (bytes.includes(0))
    throw new EnvFileError(`${name} is UTF-16, of which nothing is read: save it as UTF-8`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new EnvFileError(`${name} is not UTF-8: save it as UTF-8`);
  }
}

function readBytes(path, name) {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory())
      throw new EnvFileError(`${name} is a folder: put a file in its place, or remove it`);
    // A pipe can be read once only, and Next does that.
    return stats?.isFile() ? readFileSync(path) : undefined;
  } catch (error) {
    if (error instanceof EnvFileError) throw error;
    throw new EnvFileError(
      `${name} cannot be read by this user (${error.code}): give it to them, or remove it`,
    );
  }
}

/** What editors of Windows and hurried fingers make of .env.local. */
const strayFiles = (root) =>
  readdirSync(root).filter((name) =>
    /^(\.env\.local\.(txt|env)|env\.local|\.env-local|\.env\.local\.local)$/i.test(name),
  );

/** No value is part of a note: what comes after a $ is a part of a password. */
function notesOn(variable, value, text, known) {
  const references = [...value.matchAll(/(?<!\\)\$(?:\{(\w+)[^}]*\}|(\w+))/g)];
  const unset = references.filter(([, braced, bare]) => known[braced ?? bare] === undefined);
  const isAll = references.length === 1 && references[0][0] === value;
  return [
    ...(unset.length > 0 && !isAll
      ? ["holds a $, and what follows is read as a variable that is not set: write \\$ for a $ itself"]
      : []),
    ...(isCut(variable, text) ? ["holds a #, and what follows is left out: put the value in quotes"] : []),
  ];
}

/** A comment begins at any #, where nothing quotes it; with a space before it, it was meant to. */
const isCut = (variable, text) =>
  new RegExp(`^\\s*(export\\s+)?${variable}\\s*=[ \\t]*[^'"\`\\s#][^\\r\\n#]*[^\\s#]#`, "m").test(text);
