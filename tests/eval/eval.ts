import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { agents as listedAgents } from "#lib/agents/agents.ts";
import { codeWriter } from "#lib/agents/code-writer.ts";
import { readConfig } from "#lib/config.ts";
import { createModelList } from "#lib/models/model-list.ts";
import type { RunFixture } from "#lib/protocol/run-fixture.ts";
import { createBuiltInTools } from "#lib/tools/built-in-tools.ts";
import { workflows } from "#lib/workflows/workflows.ts";
import { loadEnv } from "../../scripts/load-env.mjs";
import { type AskAnewOptions, askAnew } from "./ask-anew.ts";
import { compareLogs, describeDifference } from "./compare-logs.ts";
import { compareStories, describeStory } from "./compare-stories.ts";
import { rerun } from "./rerun.ts";
import { readRun, whyNotAgain } from "./why-not-again.ts";

/**
 * `npm run eval -- <folder or files>`: runs recorded runs (the downloads of the inspector) again, offline:
 * models and tools say what was recorded. Says where the events are other ones, and ends with 1 if they are.
 *
 * `--instructions <file>`, `--model <id>`: asks the same anew, the agent being told the text of that file, or
 * of that model, and says what is told otherwise, by seq. The model is one of the environment's (or of
 * .env.local), else the demo; tools still give what was recorded. `--recorded`: models say what was recorded.
 */
const usage =
  "npm run eval -- <folder of run-….ndjson, or such files> [--instructions <file>] [--model <id>] [--recorded]";
const root = join(import.meta.dirname, "../..");
const { values, positionals } = parseArgs({
  options: {
    instructions: { type: "string" },
    model: { type: "string" },
    recorded: { type: "boolean", default: false },
  },
  allowPositionals: true,
});
const agents = [...listedAgents, codeWriter];
const files = positionals.flatMap((path) =>
  statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((name) => name.endsWith(".ndjson"))
        .sort()
        .map((name) => join(path, name))
    : [path],
);
if (files.length === 0) {
  console.error(usage);
  process.exit(2);
}
const told =
  values.instructions === undefined ? {} : { instructions: readFileSync(values.instructions, "utf8") };
const none = () => Promise.reject(new Error("no tool is run"));
const tools = createBuiltInTools({
  now: () => 0,
  searchConversations: none,
  notes: { list: none, save: none, remove: none } as unknown as Parameters<
    typeof createBuiltInTools
  >[0]["notes"],
  readPage: none,
  webSearch: { name: "recorded", search: none },
});
const isAnew = !values.recorded && (values.instructions !== undefined || values.model !== undefined);
const anew = isAnew ? await anewOptions() : undefined;
let different = 0;
let skipped = 0;
for (const file of files) {
  const read = readRun(readFileSync(file, "utf8"));
  const why = typeof read === "string" ? read : whyNotAgain(read, { agents, workflows, isAnew });
  if (typeof read === "string" || why !== undefined) {
    skipped += 1;
    console.log(`skipped  ${file}  ${why}`);
    continue;
  }
  const fixture = read;
  const lines = anew ? await linesAnew(fixture, anew) : await linesAgain(fixture);
  if (lines.length > 0) different += 1;
  console.log(`${lines.length === 0 ? "equal" : "other"}  ${file}  ${fixture.events.length} events`);
  for (const line of lines.slice(0, 40)) console.log(line);
  if (lines.length > 40) console.log(`  … ${lines.length - 40} more`);
}
const compared = files.length - skipped;
console.log(`${compared - different} of ${compared} runs are equal`);
process.exit(different > 0 ? 1 : 0);

/** Who is asked now, as the server would ask. */
async function anewOptions(): Promise<AskAnewOptions> {
  loadEnv(root);
  const { endpoints, firstByteMs, idleMs, maxAnswerMs: maxMs } = readConfig();
  const models = createModelList({ endpoints, firstByteMs, idleMs, maxMs });
  const model = await models.pick(values.model);
  console.log(`asks ${model.id} anew`);
  return { agents, tools, model, pickModel: models.pick, ...told };
}

async function linesAnew({ messages, events }: RunFixture, options: AskAnewOptions): Promise<string[]> {
  return compareStories(events, await askAnew({ messages, events }, options)).map(describeStory);
}

async function linesAgain(fixture: RunFixture): Promise<string[]> {
  const now = await rerun(fixture, { agents, workflows, tools, ...told });
  return compareLogs(fixture.events, now).map(describeDifference);
}
