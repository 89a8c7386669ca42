import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { agents } from "#lib/agents/agents.ts";
import { decodeFixture } from "#lib/protocol/run-fixture.ts";
import { createBuiltInTools } from "#lib/tools/built-in-tools.ts";
import { workflowWriters } from "#lib/workflows/workflow-writers.ts";
import { workflows } from "#lib/workflows/workflows.ts";
import { compareLogs, describeDifference } from "./compare-logs.ts";
import { rerun } from "./rerun.ts";

/**
 * `npm run eval -- <folder or files> [--instructions <file>]`: runs recorded runs (the downloads of the
 * inspector) again, offline: models and tools say what was recorded. Says where the events are other ones,
 * and ends with 1 if they are. `--instructions`: the agent is told the text of that file instead.
 */
const { values, positionals } = parseArgs({
  options: { instructions: { type: "string" } },
  allowPositionals: true,
});
const files = positionals.flatMap((path) =>
  statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((name) => name.endsWith(".ndjson"))
        .sort()
        .map((name) => join(path, name))
    : [path],
);
if (files.length === 0) {
  console.error("npm run eval -- <folder of run-….ndjson, or such files> [--instructions <file>]");
  process.exit(2);
}
const instructions =
  values.instructions === undefined ? undefined : readFileSync(values.instructions, "utf8");
const none = () => Promise.reject(new Error("no tool is run"));
const tools = createBuiltInTools({
  now: () => 0,
  searchConversations: none,
  notes: { list: none, save: none, remove: none } as unknown as Parameters<
    typeof createBuiltInTools
  >[0]["notes"],
});
const others = workflowWriters(workflows);
let different = 0;
for (const file of files) {
  const fixture = decodeFixture(readFileSync(file, "utf8"));
  const now = await rerun(fixture, {
    agents,
    others,
    tools,
    ...(instructions !== undefined && { instructions }),
  });
  const differences = compareLogs(fixture.events, now);
  if (differences.length > 0) different += 1;
  console.log(`${differences.length === 0 ? "equal" : "other"}  ${file}  ${fixture.events.length} events`);
  for (const difference of differences.slice(0, 20)) console.log(describeDifference(difference));
  if (differences.length > 20) console.log(`  … ${differences.length - 20} more`);
}
console.log(`${files.length - different} of ${files.length} runs are equal`);
process.exitCode = different > 0 ? 1 : 0;
