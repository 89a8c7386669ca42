import { type BannedWord, bannedWords } from "./banned-words.ts";
import type { Sources } from "./find-violations.ts";
import { withoutComments } from "./read-imports.ts";
import { readSource, type SourceFile, type Spot } from "./read-source.ts";
import { allowedSleeps, allowedTwice, allowedWords } from "./style-exceptions.ts";

const maxOwnLines = 60;
const maxCommentWidth = 110;

/** A breach of the house style in one file. */
export interface StyleViolation {
  path: string;
  rule: "long function" | "wide comment" | "banned word" | "sleeping test" | "name declared twice";
  text: string;
}

/** Every breach of the house style in `sources`, by file. */
export function findStyleViolations(sources: Sources): StyleViolation[] {
  const read = new Map([...sources].map(([path, text]) => [path, readSource(path, text)]));
  return [
    ...[...read].flatMap(([path, source]) => [
      ...longFunctions(path, source),
      ...wideComments(path, sources.get(path) ?? "", source),
      ...wordsBannedIn(path, source),
      ...sleeps(path, sources.get(path) ?? ""),
    ]),
    ...namesDeclaredTwice(read),
  ];
}

const measured = /^(app|components|lib|scripts|tests\/support)\//;

function longFunctions(path: string, { functions }: SourceFile): StyleViolation[] {
  if (!measured.test(path)) return [];
  return functions
    .filter(({ ownLines }) => ownLines > maxOwnLines)
    .map(({ text, line, ownLines }) => ({
      path,
      rule: "long function",
      text: `${line}: ${text} has ${ownLines} lines of its own, ${maxOwnLines} are allowed`,
    }));
}

/** Directives of tools cannot be wrapped. */
const directive = /^\s*(\/\/|\{?\/\*)\s*(oxlint-|biome-ignore|@ts-|eslint-)/;

function wideComments(path: string, text: string, { comments }: SourceFile): StyleViolation[] {
  const lines = text.split("\n");
  return comments
    .flatMap(({ text: words, line }) => words.split("\n").map((_, at) => line + at))
    .filter(
      (line) => (lines[line - 1] ?? "").length > maxCommentWidth && !directive.test(lines[line - 1] ?? ""),
    )
    .map((line) => ({
      path,
      rule: "wide comment",
      text: `${line}: a comment goes beyond ${maxCommentWidth} characters`,
    }));
}

function wordsBannedIn(path: string, { comments, titles, declared }: SourceFile): StyleViolation[] {
  const names = [...declared, ...path.split("/").map((text) => ({ text, line: 0 }))];
  return bannedWords
    .filter(({ files }) => files?.test(path) ?? true)
    .flatMap((banned) =>
      [
        ...names.filter((name) => isBannedName(banned, name.text) && !isAllowed(path, name.text)),
        ...[...comments, ...titles].flatMap((prose) => bannedProse(banned, prose)),
      ].map((found) => ({
        path,
        rule: "banned word" as const,
        text: `${found.line}: ${found.text}: say ${banned.use}`,
      })),
    );
}

function isBannedName({ name, whole }: BannedWord, declared: string): boolean {
  if (isStoredName(declared)) return false;
  if (whole?.test(declared)) return true;
  const parts = ` ${partsOf(declared).join(" ")} `;
  return (
    name?.split("|").some((words) => parts.includes(` ${words} `) || parts.includes(` ${words}s `)) ?? false
  );
}

/** snake_case: a column, a table or a field of a provider's wire. */
const isStoredName = (name: string): boolean => /^[a-z0-9]+(_[a-z0-9]+)+$/.test(name);

/** `createOwnLog` and `own-log.ts` as small words. */
const partsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);

function bannedProse({ prose }: BannedWord, { text, line }: Spot): Spot[] {
  const found = prose?.exec(text.replace(/`[^`]*`/g, (code) => " ".repeat(code.length)));
  return found
    ? [{ text: `“${found[0]}”`, line: line + text.slice(0, found.index).split("\n").length - 1 }]
    : [];
}

const isAllowed = (path: string, name: string): boolean =>
  allowedWords.some(({ files, names }) => files.test(path) && names.includes(name));

const sleep = /\btimers\/promises\b|\bwaitForTimeout\(|\bPromise[^;]*\bsetTimeout\(/;

function sleeps(path: string, text: string): StyleViolation[] {
  if (!/^tests\/(?!architecture\/).*\.(test|spec)\.ts$/.test(path) || path in allowedSleeps) return [];
  if (!sleep.test(withoutComments(text))) return [];
  return [
    {
      path,
      rule: "sleeping test",
      text: "wait for a condition (tests/support/wait-until.ts), not for a time",
    },
  ];
}

function namesDeclaredTwice(read: ReadonlyMap<string, SourceFile>): StyleViolation[] {
  const files = new Map<string, string[]>();
  for (const [path, { topNames }] of read) {
    if (!/^(lib|components|app)\//.test(path)) continue;
    for (const { text } of topNames) files.set(text, [...(files.get(text) ?? []), path]);
  }
  return [...files]
    .filter(([name, paths]) => new Set(paths).size > 1 && !(name in allowedTwice))
    .map(([name, paths]) => ({
      path: paths[0] ?? "",
      rule: "name declared twice",
      text: `${name} is declared in ${[...new Set(paths)].join(" and ")}`,
    }));
}
