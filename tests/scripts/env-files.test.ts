import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { asNobody, nobodyId } from "../support/nobody.ts";

const root = join(import.meta.dirname, "../..");
const places = mkdtempSync(join(tmpdir(), "rivulet-env-"));
chmodSync(places, 0o755);
after(() => rmSync(places, { recursive: true, force: true }));

let made = 0;

/** A folder with these files. */
function folder(files: Record<string, string | Buffer>): string {
  const dir = join(places, `${(made += 1)}`);
  mkdirSync(dir);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content);
  return dir;
}

interface Loaded {
  notes: string[];
  refused?: string;
  env: Record<string, string>;
}

/** What a process that starts there has in its environment, and what an operator is told. */
function load(dir: string, env: Record<string, string> = {}, within: readonly string[] = []): Loaded {
  const source = `
    const { loadEnv } = await import(${JSON.stringify(pathToFileURL(join(root, "scripts/load-env.mjs")).href)});
    let answer;
    try { answer = { notes: loadEnv(${JSON.stringify(dir)}).notes, env: process.env }; }
    catch (error) { answer = { notes: [], refused: error.name + ": " + error.message, env: {} }; }
    console.log(JSON.stringify(answer));`;
  const command = [...within, process.execPath, "--input-type=module", "-e", source];
  const [program = "", ...args] = command;
  return JSON.parse(
    execFileSync(program, args, {
      env: { NODE_ENV: "production", PATH: process.env.PATH ?? "", ...env },
      encoding: "utf8",
    }),
  );
}

const refused: [string, string | Buffer, RegExp][] = [
  [
    "UTF-16 as Notepad writes it",
    Buffer.from("\ufeffOPENAI_API_KEY=canary\r\n", "utf16le"),
    /\.env\.local is UTF-16, of which nothing is read: save it as UTF-8$/,
  ],
  ["UTF-16 without a mark", Buffer.from("OPENAI_API_KEY=canary\n", "utf16le"), /is UTF-16/],
  [
    "UTF-16, the other way round",
    Buffer.from("\ufeffOPENAI_API_KEY=canary\n", "utf16le").swap16(),
    /is UTF-16/,
  ],
  ["Latin-1", Buffer.from("OPENAI_API_KEY=canary-\xe9\n", "latin1"), /is not UTF-8: save it as UTF-8$/],
];

describe("a file of which nothing can be read as it was meant is refused in a line", () => {
  for (const [name, content, line] of refused)
    test(name, () => {
      const { refused: refusal = "" } = load(folder({ ".env.local": content }));
      assert.match(refusal, line);
      assert.doesNotMatch(refusal, /canary|\n/);
    });

  test("a folder, as Docker makes of a mount without a file", () => {
    const dir = folder({});
    mkdirSync(join(dir, ".env.local"));
    assert.match(load(dir).refused ?? "", /\.env\.local is a folder: put a file in its place/);
  });

  test("another user's", () => {
    const dir = folder({ ".env.local": "OPENAI_API_KEY=canary\n" });
    chmodSync(join(dir, ".env.local"), 0o000);
    const { refused: refusal = "" } = load(dir, {}, asNobody);
    assert.ok(nobodyId !== undefined);
    assert.match(refusal, /\.env\.local cannot be read by this user \(EACCES\): give it to them/);
  });
});

const dollar = /^\.env\.local: OPENAI_API_KEY holds a \$, .*write \\\$ for a \$ itself$/;
const hash = /^\.env\.local: OPENAI_API_KEY holds a #, .*put the value in quotes$/;
const lines: [string, string, string, RegExp[]][] = [
  ["a $ before letters", "OPENAI_API_KEY=ab$canary", "ab", [dollar]],
  ["a $ in quotes of either kind", `OPENAI_API_KEY='ab$canary'`, "ab", [dollar]],
  ["a $ before a digit", "OPENAI_API_KEY=ab$1c", "ab", [dollar]],
  ["a $ before braces", 'OPENAI_API_KEY="ab${canary}c"', "abc", [dollar]],
  ["an escaped $", "OPENAI_API_KEY=ab\\$canary", "ab$canary", []],
  ["a $ at the end", "OPENAI_API_KEY=ab$", "ab$", []],
  ["a variable that is set", "OPENAI_API_KEY=ab$PART", "abpart", []],
  ["a variable of the file", "OTHER=x\nOPENAI_API_KEY=ab$OTHER", "abx", []],
  ["nothing but a variable that is not set", "OPENAI_API_KEY=$CANARY", "", []],
  ["a # in a value", "OPENAI_API_KEY=ab#canary", "ab", [hash]],
  ["a # in quotes", 'OPENAI_API_KEY="ab#canary"', "ab#canary", []],
  ["a comment", "OPENAI_API_KEY=ab # canary", "ab", []],
  ["both", "OPENAI_API_KEY=ab$canary#x", "ab", [dollar, hash]],
  ["a mark at the beginning and Windows' line ends", "\ufeffOPENAI_API_KEY=ab\r\nPORT=3001\r\n", "ab", []],
  ["a variable of somebody else", "PASSWORD=ab$canary\nOPENAI_API_KEY=ab", "ab", []],
];

describe("what a file says otherwise than it seems to is a line, which repeats no value", () => {
  for (const [name, text, value, notes] of lines)
    test(name, () => {
      const loaded = load(folder({ ".env.local": `${text}\n` }), { PART: "part" });
      assert.equal(loaded.env.OPENAI_API_KEY, value);
      assert.equal(loaded.notes.length, notes.length, loaded.notes.join("\n"));
      for (const [at, note] of notes.entries()) assert.match(loaded.notes[at] ?? "", note);
      assert.doesNotMatch(loaded.notes.join(), /canary/i);
    });

  test("a name that nobody reads", () => {
    for (const name of [".env.local.txt", "env.local", ".env.local.env"]) {
      const { notes } = load(folder({ [name]: "OPENAI_API_KEY=canary\n" }));
      assert.deepEqual(notes, [`${name} is not read: its name has to be .env.local`]);
    }
  });
});

test("what the environment says stays as it is, a $ in it too, whatever a file says of the same name", () => {
  const dir = folder({ ".env.local": "OPENAI_API_KEY=file$x\nPORT=3001\n", ".env": "PORT=1\n" });
  const { env, notes } = load(dir, { OPENAI_API_KEY: "shell$def\\$x" });
  assert.deepEqual([env.OPENAI_API_KEY, env.PORT, notes], ["shell$def\\$x", "3001", []]);
});
