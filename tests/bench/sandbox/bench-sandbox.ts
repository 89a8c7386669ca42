import { setTimeout as sleep } from "node:timers/promises";
import type { ToolPart } from "#lib/protocol/message.ts";
import { createSandboxes } from "#lib/sandbox/create-sandboxes.ts";
import { type ApiClient, apiClient, foldOf } from "../../support/api-client.ts";
import { type AppServer, startAppServer } from "../../support/app-server.ts";
import { answer, done, finish, sse, toolCall } from "../../support/chat-chunks.ts";
import { codeBombs } from "../../support/code-bombs.ts";
import {
  events,
  type RecordedRequest,
  type Script,
  startScriptedModelServer,
} from "../../support/scripted-model-server.ts";
import { median, percentile } from "../part.ts";
import { residentKb } from "../process-cost.ts";
import { type Delay, keepAnswers } from "./keep-answers.ts";

/** A bomb is set off again and again for so long, and none for as long before it, ms. */
const bombMs = 4000;
/** How often: one turn in which the machine was elsewhere is a delay of every answer, and their p99. */
const rounds = 3;
/** How long its end is waited for before memory is measured again, ms. */
const settleMs = 1500;

/** Of each kind one. */
const measured: readonly string[] = [
  "a loop without end",
  "lists that the engine fills by itself",
  "a text that doubles",
  "a function that calls itself",
  "a pattern that tries everything",
  "sorting much",
  "a storm of promises",
  "ten thousand timers",
  "printing without end",
  "a prototype that is changed",
  "a constructor's constructor",
  "an engine's own words",
];

interface Bombed {
  name: string;
  end: string;
  /** Of each time that it was set off. */
  tookMs: readonly number[];
  beforeMb: number;
  peakMb: number;
  afterMb: number;
  /** The medians of all rounds. */
  calmP99Ms: number;
  p99Ms: number;
}

/**
 * What code that wants all of a machine comes to on a server that streams answers meanwhile, and what a small
 * piece of code takes, as Markdown.
 */
export async function benchSandbox(quick: boolean, log: (line: string) => void): Promise<string> {
  const small = await smallCode(quick ? 50 : 1000);
  const bombs = codeBombs.filter(([name]) => measured.includes(name)).slice(0, quick ? 3 : undefined);
  log(small.join("\n"));
  const model = await startScriptedModelServer();
  const app = await startAppServer({
    env: {
      ...{ OPENAI_BASE_URL: model.url, OPENAI_MODEL: "m", CODE: "on", TOOL_APPROVALS: '{"code":"allow"}' },
      ...{ LIMIT_RUNS_PER_10_MIN: "0", LIMIT_LIVE_RUNS: "0" },
    },
  });
  try {
    const client = await apiClient(app.url);
    const answers = keepAnswers(client);
    model.script((request) => answers.scriptOf(request) ?? codeScript(request));
    await answers.begin();
    await sleep(bombMs);
    const bombed: Bombed[] = [];
    for (const [name, code] of bombs) {
      bombed.push(await setOff(name, code, { app, client, delays: answers.delays }));
      log(`${name}: ${JSON.stringify(bombed.at(-1))}`);
    }
    await answers.end();
    return [...bombTable(bombed), "", ...small].join("\n");
  } finally {
    await app.stop();
    await model.close();
  }
}

interface Site {
  app: AppServer;
  client: ApiClient;
  delays: readonly Delay[];
}

async function setOff(name: string, code: string, { app, client, delays }: Site): Promise<Bombed> {
  const calm: number[] = [];
  const bombed: number[] = [];
  const tookMs: number[] = [];
  const beforeMb = rssMb(app);
  let peakMb = beforeMb;
  let end = "";
  const watch = setInterval(() => (peakMb = Math.max(peakMb, rssMb(app))), 10);
  for (let round = 0; round < rounds; round += 1) {
    const calmFrom = delays.length;
    await sleep(bombMs);
    const from = delays.length;
    const begin = performance.now();
    while (performance.now() - begin < bombMs) {
      const { response } = await client.ask(JSON.stringify({ code }));
      const state = await foldOf(response);
      const call = state.parts.find((part): part is ToolPart => part.type === "tool");
      end = (call?.errorText ?? JSON.stringify(call?.output) ?? "").split("\n")[0]?.slice(0, 100) ?? "";
      tookMs.push((call?.endedAt ?? 0) - (call?.startedAt ?? 0));
    }
    calm.push(p99(delays.slice(calmFrom, from)));
    bombed.push(p99(delays.slice(from)));
    await sleep(settleMs);
  }
  clearInterval(watch);
  const p99s = { calmP99Ms: median(calm), p99Ms: median(bombed) };
  return { name, end, tookMs, beforeMb, peakMb, afterMb: rssMb(app), ...p99s };
}

const rssMb = ({ pid }: AppServer): number => residentKb(pid) / 1024;

const p99 = (delays: readonly Delay[]): number => percentile(delays, 0.99);

/** A call of the code that the question holds, and an answer once its result is there. */
function codeScript({ body }: RecordedRequest): Script {
  const text = JSON.stringify(body);
  if (text.includes('"role":"tool"')) return events(answer("That is all."));
  // Cast: what the product sends to an endpoint of this wire.
  const { messages } = body as { messages: { role: string; content: unknown }[] };
  const question = messages.findLast(({ role }) => role === "user")?.content;
  const asked = typeof question === "string" ? question : JSON.stringify(question);
  return events(sse(toolCall(0, "c", "run_javascript", asked), finish("tool_calls")) + done);
}

function bombTable(bombed: readonly Bombed[]): string[] {
  const rows = bombed.map(({ name, end, tookMs, beforeMb, peakMb, afterMb, calmP99Ms, p99Ms }) =>
    [
      ...[name, end.replaceAll("|", "\\|"), `${Math.round(median(tookMs))} ms`],
      ...[beforeMb, peakMb, afterMb].map((mb) => `${Math.round(mb)} MB`),
      `${calmP99Ms.toFixed(0)} ms`,
      `${p99Ms.toFixed(0)} ms`,
    ].join(" | "),
  );
  return [
    "| code | its end | after | memory before | at most | afterwards | others' p99 before | meanwhile |",
    "|---|---|---|---|---|---|---|---|",
    ...rows.map((row) => `| ${row} |`),
  ];
}

/** What `6*7` takes with a worker that is ready, and what many of them leave behind. */
async function smallCode(count: number): Promise<string[]> {
  const sandboxes = createSandboxes();
  const once = async () => {
    const begin = performance.now();
    const sandbox = await sandboxes.open();
    await sandbox.run("6*7");
    const took = performance.now() - begin;
    await sandbox.close();
    return took;
  };
  const ready: number[] = [];
  for (let at = 0; at < 20; at += 1) {
    sandboxes.warm();
    await sleep(200);
    ready.push(await once());
  }
  for (let at = 0; at < 50; at += 1) await once();
  globalThis.gc?.();
  const beforeMb = residentKb(process.pid) / 1024;
  for (let at = 0; at < count; at += 1) await once();
  await sandboxes.close();
  await sleep(1000);
  globalThis.gc?.();
  const addedMb = residentKb(process.pid) / 1024 - beforeMb;
  return [
    `\`6*7\` with a worker that is ready: ${median(ready).toFixed(0)} ms (median of ${ready.length}; the slowest ` +
      `${Math.max(...ready).toFixed(0)} ms). ${count.toLocaleString("en")} more, one after the other, each in a ` +
      `sandbox of its own: ${addedMb.toFixed(1)} MB more memory than before, no worker left.`,
  ];
}
