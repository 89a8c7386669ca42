import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { bannedWords } from "./banned-words.ts";
import { allowedRooms } from "./rules.ts";
import { allowedPhrases } from "./style-exceptions.ts";

const root = join(import.meta.dirname, "../..");
const pages = globSync(["README.md", "docs/**/*.md"], { cwd: root }).sort();
const read = (page: string): string => readFileSync(join(root, page), "utf8");

/** Paths of ours in backticks; one in square brackets is to be made, and so is whatever has a `<name>`. */
const pathsIn = (text: string): string[] =>
  [...text.matchAll(/(?<!\[)`((?:app|components|docs|lib|scripts|tests)(?:\/[^`\s<>…]*)?)`/g)].map(
    ([, path = ""]) => path,
  );

/** `lib/runs/start-run` may leave out what it ends in. */
const isThere = (path: string): boolean =>
  ["", ".ts", ".tsx", ".mjs"].some((ending) => existsSync(join(root, path + ending))) ||
  (path.includes("*") && globSync(path, { cwd: root }).length > 0);

describe("every path that a page names is there", () => {
  for (const page of pages)
    test(page, () => {
      const text = read(page);
      assert.deepEqual(
        pathsIn(text).filter((path) => !isThere(path)),
        [],
      );
      const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, target = ""]) => target);
      assert.deepEqual(
        links.filter((target) => !existsSync(join(root, dirname(page), target))),
        [],
      );
    });
});

test("a path that is not there is found", () => {
  assert.deepEqual(
    pathsIn("`lib/runs/none.ts` [`lib/tools/<name>.ts`] [`lib/a.ts`] `lib/x/<name>.ts` `library`"),
    ["lib/runs/none.ts"],
  );
  assert.equal(isThere("lib/runs/none.ts"), false);
  assert.equal(isThere("lib/runs/start-run"), true);
});

const withoutCode = (text: string): string => text.replace(/```[\s\S]*?```|`[^`\n]*`/g, "");

/** The banned words that stand in a page, in its prose. */
function wordsBannedIn(page: string, text: string): string[] {
  const allowed = allowedPhrases.filter(({ files }) => files.test(page));
  const prose = allowed.reduce((left, { phrase }) => left.replace(phrase, ""), withoutCode(text));
  return bannedWords.flatMap(({ prose: banned, use }) => {
    const [word] = banned?.exec(prose) ?? [];
    return word === undefined ? [] : [`${page}: “${word}”: say ${use}`];
  });
}

test("the pages use the words of the code", () => {
  assert.deepEqual(
    pages.flatMap((page) => wordsBannedIn(page, read(page))),
    [],
  );
});

test("a phrase is allowed on its own page only, and hides no other", () => {
  const found = (page: string, text: string) => wordsBannedIn(page, text).map((line) => line.split(": ")[1]);
  assert.deepEqual(found("docs/storage.md", "readable by the file's owner; `owner` is a field"), []);
  assert.deepEqual(found("docs/storage.md", "the file's owner and the run's owner"), ["“owner”"]);
  assert.deepEqual(found("docs/protocol.md", "the file's owner"), ["“owner”"]);
  assert.deepEqual(found("docs/look.md", "People come back. Let it go."), ["“Let it go”"]);
});

test("the page of the architecture names every room that there is", () => {
  const page = read("docs/architecture.md");
  const rooms = Object.keys(allowedRooms).flatMap((room) =>
    [room, `lib/${room}`].filter((path) => existsSync(join(root, path))),
  );
  assert.ok(rooms.length > 15);
  assert.deepEqual(
    rooms.filter((room) => !/^(config|scripts)$/.test(room) && !page.includes(`\`${room}\``)),
    [],
  );
});
