import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Judgement, judge, type Outcome } from "./judge.ts";
import { filesElsewhere, promises } from "./promises.ts";

const root = join(import.meta.dirname, "../..");
const results = join(root, "test-results");

/**
 * One line for each promise of promises.ts. Red: a failure, a skip without a reason, a promise without a
 * test.
 */
function main(): void {
  mkdirSync(results, { recursive: true });
  const outcomes = [...runNode(), ...runBrowser()];
  const judgements = Object.entries(promises).map(([id, promised]) => judge(id, promised, outcomes));
  const nobodys = outcomes.filter(
    ({ failed, name }) => failed && !judgements.some((each) => each.words === name),
  );
  console.log("");
  for (const judgement of judgements) console.log(lineOf(judgement));
  for (const { name } of nobodys) console.log(`also failed: ${name}`);
  const count = (result: Judgement["result"]) => judgements.filter((each) => each.result === result).length;
  const failed = count("fail") + nobodys.length;
  const failures = [
    ...judgements.filter(({ result }) => result === "fail").map(lineOf),
    ...nobodys.map(({ name }) => name),
  ];
  const counts = { passed: count("pass"), failed, skipped: count("skip"), failures };
  if (process.env["RIVULET_COUNTS"]) writeFileSync(process.env["RIVULET_COUNTS"], JSON.stringify(counts));
  process.exitCode = failed === 0 ? 0 : 1;
}

const lineOf = ({ id, result, words }: Judgement): string =>
  `${id} ${result}${words.startsWith(":") ? "" : " "}${words}`;

function runNode(): Outcome[] {
  const file = fresh("security.ndjson");
  const known = outcomesIn(process.env["RIVULET_OUTCOMES"]);
  const own = globSync("tests/security/*.test.ts", { cwd: root }).sort();
  const isKnown = (path: string) => known.some((each) => each.file?.endsWith(path));
  const files = [...own, ...filesElsewhere.filter((path) => !isKnown(path))];
  const reporters = [
    ["./tests/support/count-reporter.mjs", "stdout"],
    ["./tests/support/outcome-reporter.mjs", file],
  ].flatMap(([reporter, to]) => [`--test-reporter=${reporter}`, `--test-reporter-destination=${to}`]);
  const { RIVULET_COUNTS: _, ...env } = process.env;
  const limits = ["--test-concurrency=2", "--test-timeout=120000"];
  run(["--test", ...limits, ...reporters, ...files], env);
  if (!existsSync(file)) return [crash("node --test")];
  const elsewhere = known.filter((each) => filesElsewhere.some((path) => each.file?.endsWith(path)));
  return [...elsewhere, ...outcomesIn(file)];
}

/** A report of outcome-reporter.mjs: that of a run before this one, if it is given. */
function outcomesIn(file: string | undefined): Outcome[] {
  if (file === undefined || !existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return lines.map((line): Outcome => JSON.parse(line));
}

function runBrowser(): Outcome[] {
  const file = fresh("security.json");
  const cli = join(root, "node_modules/@playwright/test/cli.js");
  const args = [cli, "test", "-c", "tests/e2e/playwright.config.ts", "--project=security"];
  run(args, { ...process.env, RIVULET_E2E_RESULTS: "security" });
  if (!existsSync(file)) return [crash("the browser tests")];
  const report: Suite = JSON.parse(readFileSync(file, "utf8"));
  return outcomesOf(report);
}

/** What this reads of Playwright's JSON report. */
interface Suite {
  suites?: Suite[];
  specs?: { title: string; file: string; ok: boolean; tests: Spec[] }[];
}
interface Spec {
  status: string;
  annotations: { type: string; description?: string }[];
}

const outcomesOf = ({ suites = [], specs = [] }: Suite): Outcome[] => [
  ...suites.flatMap(outcomesOf),
  ...specs.map(({ title, file, ok, tests }): Outcome => {
    const skipped = tests.find(({ status }) => status === "skipped");
    const reason = skipped?.annotations.find(({ type }) => type === "skip")?.description;
    return { name: title, file, failed: !ok, ...(skipped && { skip: reason ?? "" }) };
  }),
];

const crash = (what: string): Outcome => ({ name: `${what} ended without a report`, failed: true });

function run(args: string[], env: NodeJS.ProcessEnv): void {
  spawnSync(process.execPath, args, { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] });
}

function fresh(name: string): string {
  rmSync(join(results, name), { force: true });
  return join(results, name);
}

main();
