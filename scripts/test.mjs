import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { checks } from "./checks.mjs";
import { fastTests, unitTests } from "./fast-tests.mjs";
import { runCheck } from "./run-check.mjs";
import { killStrays, runGroup } from "./run-group.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const results = join(root, "test-results");
const parts = {
  fast: testFast,
  check: testChecks,
  unit: testUnits,
  e2e: testBrowser,
  "e2e-redis": testBrowserOnRedis,
  security: testSecurity,
};
/**
 * Specs that depend on the store; the others run on a second store only if that part is named.
 */
const storeSpecs = ["message", "reliability", "reload", "sidebar", "store"];
/** Parts that need neither the build nor a browser. */
const unbuilt = new Set(["fast", "check"]);
/** How each test of the unit part ended. */
const unitOutcomes = "unit.ndjson";
/** So many browser tests of a part may have passed only when tried again. */
const maxFlaky = 2;
const bothWidths = ["--project=desktop", "--project=phone"];

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(parts, name));
// `fast` is a choice of what the others hold.
const chosen = Object.keys(parts).filter((name) =>
  asked.length > 0 ? asked.includes(name) : name !== "fast",
);
if (unknown.length > 0) {
  console.error(`Unknown part: ${unknown.join(", ")}. npm test -- ${Object.keys(parts).join(" | ")}`);
  process.exit(1);
}

if (!chosen.every((name) => unbuilt.has(name))) ensureBuilt();
shareCompiled();

const total = { passed: 0, failed: 0, skipped: 0 };
/** Said once more at the end: thousands of lines above it, nobody finds them. */
const failures = [];
/** Failed once and passed when tried again, which CI does (tests/e2e/playwright.config.ts). */
const flaky = [];
for (const name of chosen) await runPart(name, parts[name]);
const strays = killStrays();
if (strays.length > 0) console.log(`Killed ${strays.length} processes that the tests left behind.`);
for (const line of flaky) console.log(`FLAKY ${line}`);
for (const failure of failures) console.log(`FAILED ${failure}`);
const isGreen = total.failed === 0 && total.passed > 0;
if (total.passed + total.failed === 0) console.log("No test ran.");
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
process.exitCode = isGreen ? 0 : 1;

/** Exits if the build or the browser is not available; the reason was printed. */
function ensureBuilt() {
  const ensure = [join(root, "scripts/ensure.mjs"), "test"];
  const { status } = spawnSync(process.execPath, ensure, {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
}

/**
 * A thousand processes load the same sources and the same build: what one of them has compiled, the others
 * need not.
 */
function shareCompiled() {
  const dir = mkdtempSync(join(tmpdir(), "rivulet-compiled-"));
  process.env.NODE_COMPILE_CACHE = dir;
  process.on("exit", () => rmSync(dir, { recursive: true, force: true, maxRetries: 3 }));
}

async function runPart(name, run) {
  console.log(`\n— ${name}`);
  const begin = performance.now();
  const counts = await run();
  for (const key of Object.keys(total)) total[key] += counts[key];
  failures.push(...(counts.failures ?? []).map((failure) => `${name}: ${failure}`));
  flaky.push(...(counts.flaky ?? []).map((line) => `${name}: ${line}`));
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  console.log(
    `${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped (${seconds} s)`,
  );
}

async function testChecks() {
  const passed = await Promise.all(checks(root).map((check) => runCheck(root, check)));
  return {
    passed: passed.filter(Boolean).length,
    failed: passed.filter((ok) => !ok).length,
    skipped: 0,
  };
}

/** Everything that needs no build, sockets, other processes, Redis or Chromium. */
async function testFast() {
  const [check, unit] = [await testChecks(), await testUnits(fastTests(root, unitTests(root)))];
  return Object.fromEntries(Object.keys(check).map((key) => [key, check[key] + unit[key]]));
}

async function testUnits(files = unitTests(root)) {
  if (files.length === 0) return { passed: 0, failed: 0, skipped: 0 };
  const countsFile = freshFile("unit.json");
  const reporters = [
    ["./tests/support/count-reporter.mjs", "stdout"],
    ["./tests/support/outcome-reporter.mjs", freshFile(unitOutcomes)],
  ].flatMap(([reporter, to]) => [`--test-reporter=${reporter}`, `--test-reporter-destination=${to}`]);
  // They wait more than they compute: this many keep two cores busy.
  const args = ["--test", "--test-concurrency=5", "--test-timeout=120000", ...reporters, ...files];
  const code = await runGroup(process.execPath, args, {
    cwd: root,
    env: { ...process.env, RIVULET_COUNTS: countsFile },
  });
  return honest(code, existsSync(countsFile) && JSON.parse(readFileSync(countsFile, "utf8")));
}

/**
 * The same pages over a Redis: by itself the whole suite, as a part of `npm test` what the store may change.
 */
function testBrowserOnRedis() {
  const { error, status } = spawnSync("redis-server", ["--version"], {
    stdio: "ignore",
  });
  if ((error || status !== 0) && !process.env.CI) {
    console.log("skipped: redis-server is not installed (sudo apt-get install redis-server)");
    return { passed: 0, failed: 0, skipped: 1 };
  }
  const some = ["--project=desktop", ...storeSpecs.map((name) => `${name}.spec.ts`)];
  return testBrowser(asked.includes("e2e-redis") ? bothWidths : some, {
    RIVULET_E2E_STORE: "redis",
  });
}

async function testBrowser(args = bothWidths, settings = {}) {
  if (globSync("tests/e2e/**/*.spec.ts", { cwd: root }).length === 0)
    return { passed: 0, failed: 0, skipped: 0 };
  const countsFile = freshFile("e2e.json");
  const cli = join(root, "node_modules/@playwright/test/cli.js");
  const config = ["-c", "tests/e2e/playwright.config.ts"];
  const code = await runGroup(process.execPath, [cli, "test", ...config, ...args], {
    cwd: root,
    env: { ...process.env, ...settings },
  });
  return honest(
    code,
    existsSync(countsFile) && playwrightCounts(JSON.parse(readFileSync(countsFile, "utf8"))),
  );
}

/** Counts promises, not tests: its report has a line for each. */
async function testSecurity() {
  const countsFile = freshFile("security-counts.json");
  // What has run a moment ago is not run again.
  const known = asked.length === 0 && {
    RIVULET_OUTCOMES: join(results, unitOutcomes),
  };
  const env = { ...process.env, RIVULET_COUNTS: countsFile, ...known };
  const code = await runGroup(process.execPath, ["tests/security/security.ts"], { cwd: root, env });
  return honest(code, existsSync(countsFile) && JSON.parse(readFileSync(countsFile, "utf8")));
}

function playwrightCounts({ stats, errors, suites }) {
  const [unexpected, flaky] = ["unexpected", "flaky"].map((status) => outcomesOf({ suites }, status));
  // One that a busy machine failed is named; several are a fault.
  const isFault = flaky.length > maxFlaky;
  const failures = [
    ...unexpected,
    ...(isFault ? flaky : []),
    ...errors.map(({ message }) => inOneLine(message)),
  ];
  return {
    passed: stats.expected + (isFault ? 0 : flaky.length),
    failed: failures.length,
    skipped: stats.skipped,
    failures,
    flaky: isFault ? [] : flaky,
  };
}

function outcomesOf({ suites = [], specs = [] }, status) {
  return [
    ...suites.flatMap((suite) => outcomesOf(suite, status)),
    ...specs.flatMap((spec) => describeOutcomes(spec, status)),
  ];
}

/** By its tests, one a project: `ok` of a spec that several projects share is that of the first. */
function describeOutcomes({ title, file, line, tests }, status) {
  const found = tests.filter((test) => test.status === status);
  return found.map(({ projectName, results }) => {
    const error = results.find((result) => result.error)?.error;
    const at = error?.location?.line ?? line;
    return `${title} (${file}:${line}, ${projectName}), line ${at}: ${inOneLine(error?.message)}`;
  });
}

/** Without the colours that Playwright writes into it; what was expected and what came is on later lines. */
function inOneLine(message) {
  const plain = stripVTControlCharacters(message ?? "no reason given");
  return plain.replace(/\s+/g, " ").slice(0, 300);
}

/** A runner that crashed or wrote no numbers counts as a failure, whatever its tests said. */
function honest(code, counts) {
  if (!counts) return { passed: 0, failed: 1, skipped: 0 };
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function freshFile(name) {
  mkdirSync(results, { recursive: true });
  rmSync(join(results, name), { force: true });
  return join(results, name);
}
