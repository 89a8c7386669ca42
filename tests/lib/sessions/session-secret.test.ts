import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Worker } from "node:worker_threads";
import { createSessionSecrets } from "#lib/sessions/session-secret.ts";

const root = mkdtempSync(join(tmpdir(), "rivulet-"));
after(() => rmSync(root, { recursive: true, force: true }));
const sessionSecrets = (given: readonly string[], dir: string) => createSessionSecrets(given, dir).current;
const configured = "n".repeat(32);

test("configured secrets are used as they are, and no file is made", () => {
  const dir = join(root, "unused");
  assert.deepEqual(sessionSecrets([configured, "o".repeat(32)], dir), [configured, "o".repeat(32)]);
  assert.throws(() => statSync(dir), { code: "ENOENT" });
});

test("without a configured secret one is made, kept (0600), and the same after a restart; a damaged one is refused", () => {
  const dir = join(root, "new");
  const [made] = sessionSecrets([], dir);
  assert.deepEqual(sessionSecrets([], dir), [made]);
  const file = join(dir, "session-secret");
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(readFileSync(file, "utf8"), made);
  assert.deepEqual(sessionSecrets([configured], dir), [configured]);
  writeFileSync(file, "short");
  assert.throws(() => sessionSecrets([], dir), /damaged/);
});

test("of four that start at once, a hundred times, all sign with the same secret, and nothing else is left", async () => {
  const rounds = 100;
  const starters = 4;
  const dirs = Array.from({ length: rounds }, (_, round) => join(root, `at once ${round}`));
  const arrived = new Int32Array(new SharedArrayBuffer(4 * rounds));
  const workers = Array.from(
    { length: starters },
    () =>
      new Worker(new URL("./start-together.ts", import.meta.url), {
        workerData: { dirs, arrived, starters },
      }),
  );
  const made = await Promise.all(workers.map(async (worker) => (await once(worker, "message"))[0]));
  for (const [round, dir] of dirs.entries()) {
    const own = made.map((secrets) => secrets[round]);
    assert.deepEqual(own, Array(starters).fill(readFileSync(join(dir, "session-secret"), "utf8")));
    assert.deepEqual(readdirSync(dir), ["session-secret"]);
  }
});

const damages: [name: string, damage: (file: string) => void][] = [
  ["removed", (file) => rmSync(file)],
  ["emptied", (file) => writeFileSync(file, "")],
  ["cut", (file) => writeFileSync(file, readFileSync(file, "utf8").slice(0, 20))],
  ["removed with its folder", (file) => rmSync(join(file, ".."), { recursive: true })],
];
for (const [name, damage] of damages)
  test(`a secret that is ${name} while the server runs is written back: its sessions survive the next start`, () => {
    const dir = join(root, `gone ${name}`);
    const words: string[] = [];
    const secrets = createSessionSecrets([], dir, (message) => words.push(message));
    const [made] = secrets.current;
    assert.deepEqual([secrets.check(), words], [undefined, []]);
    damage(join(dir, "session-secret"));
    assert.equal(secrets.check(), undefined);
    assert.match(words.join(), /is written again/);
    assert.deepEqual([secrets.current, sessionSecrets([], dir)], [[made], [made]]);
    assert.equal(statSync(join(dir, "session-secret")).mode & 0o777, 0o600);
  });

test("one that somebody else puts there is the newest, and the former one still counts", () => {
  const dir = join(root, "other");
  const secrets = createSessionSecrets([], dir);
  const [made] = secrets.current;
  writeFileSync(join(dir, "session-secret"), configured);
  for (let time = 0; time < 2; time += 1) assert.equal(secrets.check(), undefined);
  assert.deepEqual(secrets.current, [configured, made]);
});

test("one that can neither be read nor written is words, and the one in memory goes on", () => {
  const dir = join(root, "unreadable");
  const secrets = createSessionSecrets([], dir);
  const { current } = secrets;
  rmSync(join(dir, "session-secret"));
  mkdirSync(join(dir, "session-secret", "folder"), { recursive: true });
  assert.match(secrets.check() ?? "", /^session-secret cannot be read or written \(EISDIR\)/);
  assert.deepEqual(secrets.current, current);
});
