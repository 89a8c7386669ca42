import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { before, test } from "node:test";
// The way every command of this checkout installs.
import { installPackages } from "../../scripts/install-packages.mjs";

const root = join(import.meta.dirname, "../..");
/** Its packages stay apart from ours: nothing else can import them, and no other command installs them. */
const suite = join(root, "node_modules/.cache/conformance");
const harness = join(suite, "node_modules/@modelcontextprotocol/conformance");

/** The revisions of the protocol, each with the scenarios that its own suite requires of a client. */
const revisions: Readonly<Record<string, readonly string[]>> = {
  "2025-11-25": ["initialize", "tools_call", "elicitation-sep1034-client-defaults", "sse-retry"],
  "2026-07-28": [
    "tools_call",
    "request-metadata",
    "sep-2322-client-request-state",
    "http-standard-headers",
    "http-custom-headers",
    "http-invalid-tool-headers",
    "json-schema-ref-no-deref",
  ],
};

/** Where packages cannot be had now; ours are there. */
let notInstalled: string | undefined;

before(async () => {
  mkdirSync(suite, { recursive: true });
  for (const file of ["package.json", "package-lock.json"])
    copyFileSync(join(root, "tests/conformance", file), join(suite, file));
  await installPackages(suite).catch((error: unknown) => {
    notInstalled = `the suite could not be installed: ${String(error).slice(0, 300)}`;
  });
});

for (const [revision, scenarios] of Object.entries(revisions)) {
  test(`the scenarios of ${revision} are all that its suite requires of a client, but for OAuth, which is not spoken`, (t) => {
    if (notInstalled !== undefined) return t.skip(notInstalled);
    const list = readFileSync(join(harness, "requirements", `${revision}.yaml`), "utf8");
    const [, ofClient = ""] = /\nclient:\n((?: {2}- .+\n)+)/.exec(list) ?? [];
    const required = [...ofClient.matchAll(/- (.+)/g)].map(([, scenario = ""]) => scenario);
    assert.ok(required.some((scenario) => scenario.startsWith("auth/")));
    assert.deepEqual(
      required.filter((scenario) => !scenario.startsWith("auth/")),
      scenarios,
    );
  });

  test(`the protocol's own conformance suite, unmodified, passes every scenario of ${revision}`, async (t) => {
    if (notInstalled !== undefined) return t.skip(notInstalled);
    const waiting = [...scenarios];
    const take = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await run(next, revision);
    };
    await Promise.all([take(), take(), take()]);
  });
}

async function run(scenario: string, revision: string): Promise<void> {
  const command = "node tests/support/conformance-client.ts";
  const args = ["client", "--command", command, "--scenario", scenario, "--spec-version", revision];
  const child = spawn(process.execPath, [join(harness, "dist/index.js"), ...args], {
    cwd: root,
    env: { ...process.env, PATH: [dirname(process.execPath), process.env.PATH].join(delimiter) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  assert.equal(child.exitCode, 0, `${scenario}:\n${output}\n${errors}`);
  assert.match(`${output}${errors}`, /OVERALL: PASSED/, scenario);
}
