import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { bannedWords } from "./banned-words.ts";
import { allowedRooms } from "./rules.ts";

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

/** People may `come back`, where readers reconnect. */
const ofPeople = /c[ao]m(e|es|ing) back/i;

const withoutCode = (text: string): string => text.replace(/```[\s\S]*?```|`[^`\n]*`/g, "");

test("the pages use the words of the code", () => {
  const found = pages.flatMap((page) =>
    bannedWords.flatMap(({ prose, use }) => {
      const [word] = prose?.exec(withoutCode(read(page))) ?? [];
      return word === undefined || ofPeople.test(word) ? [] : [`${page}: “${word}”: say ${use}`];
    }),
  );
  assert.deepEqual(found, []);
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
