import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { sessionSecrets } from "#lib/sessions/session-secret.ts";

const root = mkdtempSync(join(tmpdir(), "rivulet-"));
after(() => rmSync(root, { recursive: true, force: true }));
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

test("of two processes that start at once both sign with the same secret", () => {
  const dir = join(root, "shared");
  const [first] = sessionSecrets([], dir);
  assert.deepEqual(sessionSecrets([], dir), [first]);
  assert.notDeepEqual(sessionSecrets([], join(root, "elsewhere")), [first]);
});
