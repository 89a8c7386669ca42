import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";

const root = join(import.meta.dirname, "../..");
mkdirSync(join(root, "test-results"), { recursive: true });
const folder = mkdtempSync(join(root, "test-results/planted-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** What the type check, as `npm run check` runs it, says of one more file. */
function typesOf(source: string): string {
  writeFileSync(join(folder, "planted.ts"), source);
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: "../../tsconfig.json",
      compilerOptions: { incremental: false },
      include: ["planted.ts"],
    }),
  );
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  return spawnSync(process.execPath, [tsc, "--noEmit", "-p", folder], { encoding: "utf8" }).stdout;
}

test("a planted type error turns the type check red", () => {
  assert.equal(typesOf(`export const a: number = 1;`), "");
  assert.match(typesOf(`export const a: number = "x";`), /planted\.ts.*TS2322/);
});

test("a language with a missing key turns the type check red", () => {
  const language = (change: string) => `
    import { en } from "#lib/client/i18n/en.ts";
    import type { Messages } from "#lib/client/i18n/messages.ts";
    ${change}
    export const words: Messages = own;`;
  assert.equal(typesOf(language("const own = en;")), "");
  assert.match(typesOf(language(`const { "app.name": _, ...own } = en;`)), /TS2741.*"app\.name"/);
});

test("a code of the protocol without words turns the type check red", () => {
  const codes = readFileSync(join(root, "lib/protocol/codes.ts"), "utf8");
  const words = (change: (source: string) => string) => {
    // The words take their keys from the codes beside them: a copy of both, with one code more.
    writeFileSync(join(folder, "codes.ts"), change(codes));
    for (const file of readdirSync(join(root, "lib/client/i18n")).filter((each) =>
      /^(code-key|en)/.test(each),
    )) {
      const source = readFileSync(join(root, "lib/client/i18n", file), "utf8");
      const here = source.replace("../../protocol/codes.ts", "./codes.ts");
      writeFileSync(join(folder, file), here.replace("../problem.ts", "#lib/client/problem.ts"));
    }
    return typesOf(`export { en } from "./en.ts";`);
  };
  assert.equal(
    words((source) => source),
    "",
  );
  for (const [list, key] of [
    ["errorCodes", "error.from-tomorrow"],
    ["endReasons", "end.from-tomorrow"],
    ["problemCodes", "problem.from-tomorrow"],
  ]) {
    const added = (source: string) => source.replace(`const ${list} = [`, `$&"from-tomorrow", `);
    assert.ok(words(added).includes(`"${key}"`), list);
  }
  const reason = (source: string) => source.replace("timeout: [", 'timeout: ["from-tomorrow", ');
  assert.ok(words(reason).includes(`"error.timeout.from-tomorrow"`));
});
