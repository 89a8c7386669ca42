import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { apiClient } from "../support/api-client.ts";
import { startAppServer } from "../support/app-server.ts";
import { asNobody, nobodyId, nobodyMissing, onReadOnly } from "../support/nobody.ts";
import { freePort } from "../support/redis-server.ts";

const root = join(import.meta.dirname, "../..");
const skip = nobodyMissing(root);

const places = mkdtempSync(join(tmpdir(), "rivulet-nobody-"));
chmodSync(places, 0o755);
after(() => rmSync(places, { recursive: true, force: true }));

/** A folder of that user's own. */
function ownFolder(name: string): string {
  const path = join(places, name);
  mkdirSync(path);
  chownSync(path, nobodyId ?? 0, nobodyId ?? 0);
  return path;
}

const pages = ["/", "/settings", "/nothing", "/_global-error", "/_not-found", "/icon.svg", "/favicon.ico"];

test("started by nobody on a program that can only be read: the main job works, before and after a restart", {
  skip,
}, async () => {
  const dataDir = ownFolder("data");
  let known: { cookie: string; conversationId: string } | undefined;
  for (const again of [false, true]) {
    const app = await startAppServer({ dataDir, within: onReadOnly(root), env: { HOME: "/nonexistent" } });
    assert.match(app.output(), new RegExp(`^Conversations are kept in ${dataDir}$`, "m"));
    const client = await apiClient(app.url, known?.cookie);
    for (const path of pages) await (await client.request(path)).text();
    if (known) assert.equal((await client.request(`/c/${known.conversationId}`)).status, 200);
    const { response, conversationId } = await client.ask("hello");
    assert.match(await response.text(), /"type":"finish"/);
    known = { cookie: client.cookie, conversationId };
    assert.doesNotMatch(app.output(), /EROFS|EACCES|Error|"level":"(warn|error)"/, `again: ${again}`);
    assert.equal(await app.stop(), 0);
  }
});

test("where a build that was never started can only be read, that is what is wrong with a folder in it", {
  skip,
}, async () => {
  const program = `
    import { makeFolder } from "./scripts/make-folder.mjs";
    for (const folder of [".next/never-made", "never-made/at/all"])
      try { makeFolder(folder); } catch ({ code }) { console.log(code); }`;
  const node = [process.execPath, "--input-type=module", "--eval", program];
  const { output } = await end([...onReadOnly(root), ...node], {});
  assert.deepEqual(output.split("\n"), ["EROFS", "EROFS"]);
});

test("whatever is asked of it, a server writes nothing into the build it runs from", async () => {
  const before = Date.now();
  const app = await startAppServer();
  const client = await apiClient(app.url);
  for (const path of [...pages, "/?_rsc=1", "/api/health"])
    for (const headers of [{}, { rsc: "1" }]) await (await client.request(path, { headers })).text();
  await (await client.ask("hello")).response.text();
  await app.stop();
  const written = globSync(".next/**/*", {
    cwd: root,
    exclude: (path) => /^\.next\/(cache|rivulet-servers)/.test(String(path)),
  })
    .filter((path) => statSync(join(root, path)).mtimeMs >= before)
    .filter((path) => statSync(join(root, path)).isFile());
  assert.deepEqual(written, []);
});

/** Starts it as nobody until it ends by itself. */
async function end(command: readonly string[], env: Record<string, string>, cwd = root) {
  const [program = "", ...args] = [...command];
  const child = spawn(program, args, {
    cwd,
    env: { PATH: process.env.PATH ?? "", NODE_ENV: "production", PORT: `${await freePort()}`, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk));
  const timer = setTimeout(() => child.kill("SIGKILL"), 30_000);
  const [code] = await once(child, "close");
  clearTimeout(timer);
  return { code, output: output.trim() };
}

describe("a DATA_DIR that nobody cannot use is one line with the fix", { skip }, () => {
  const others = join(places, "others");
  mkdirSync(others, { mode: 0o755 });
  const withFile = (name: string, file: string) => {
    const dir = ownFolder(name);
    writeFileSync(join(dir, file), "", { mode: 0o000 });
    return dir;
  };
  if (nobodyId === process.getuid?.()) chmodSync(others, 0o555);
  writeFileSync(join(places, "file"), "");
  symlinkSync(join(places, "nowhere"), join(places, "link"));
  const cases: [string, string, RegExp][] = [
    [
      "another user's folder",
      others,
      /^DATA_DIR: .*others cannot be written by this user \(uid \d+\): give it/,
    ],
    [
      "a folder to be made in another's",
      join(others, "a/b"),
      /^DATA_DIR: .*a\/b cannot be written by this user/,
    ],
    ["a file", join(places, "file"), /^DATA_DIR: .*file is a file: name a folder$/],
    ["a folder in a file", join(places, "file/x"), /^DATA_DIR: a part of .*file\/x is a file/],
    ["a link that leads nowhere", join(places, "link"), /^DATA_DIR: .*link is a link that leads nowhere/],
    [
      "another user's database",
      withFile("db", "rivulet.db"),
      /^DATA_DIR: .*rivulet\.db cannot be written by/,
    ],
    [
      "another user's secret",
      withFile("secret", "session-secret"),
      /session-secret cannot be read or made \(EACCES\): give it to this user, or set SESSION_SECRET$/,
    ],
    [
      "a name that is too long",
      join(places, "x".repeat(300)),
      /^DATA_DIR: .* cannot be used \(ENAMETOOLONG\)/,
    ],
    [
      "the program's own, which can only be read",
      ".data-read-only",
      /^DATA_DIR: .* is on a file system that can only be read: set DATA_DIR/,
    ],
  ];
  for (const [name, dir, line] of cases)
    test(name, async () => {
      const { code, output } = await end([...onReadOnly(root), process.execPath, "scripts/start.mjs"], {
        DATA_DIR: dir,
      });
      assert.equal(code, 1, output);
      assert.match(output, line);
      assert.equal(output.split("\n").length, 1, output);
    });
});

test("without a complete build, a program that can only be read says how to make one", { skip }, async () => {
  const copy = join(places, "copy");
  mkdirSync(copy);
  for (const part of ["scripts", "package.json", "package-lock.json"])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  const command = [...asNobody, process.execPath, "scripts/ensure.mjs", "build"];
  if (nobodyId === process.getuid?.()) chmodSync(copy, 0o555);
  const { code, output } = await end(command, {}, copy);
  assert.equal(code, 1);
  assert.match(output, /cannot be written by this user, and holds no complete build .*npm run build/);
  assert.equal(output.split("\n").length, 1, output);
});
