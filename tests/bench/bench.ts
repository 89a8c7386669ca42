import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { redisMissing } from "../support/redis-server.ts";
import { besideBefore } from "./beside-before.ts";
import { canCount } from "./count-event.ts";
import { installPeerPackages, installPeers } from "./install-peers.ts";
import { measurePart } from "./measure-part.ts";
import { benchPage } from "./page/bench-page.ts";
import type { Depth, Part } from "./part.ts";
import { firstDeltaAdded } from "./parts/first-delta.ts";
import { flatOut, flatOutInstructions } from "./parts/flat-out.ts";
import { growth } from "./parts/growth.ts";
import { idleMemory } from "./parts/idle-memory.ts";
import { paced, pacedInstructions } from "./parts/paced.ts";
import { redisConnections } from "./parts/redis-connections.ts";
import { reload, replay } from "./parts/reload.ts";
import { stopToClosed } from "./parts/stop.ts";
import { streamsHeld } from "./parts/streams-held.ts";
import { toolArguments, toolArgumentsGrowth } from "./parts/tool-arguments.ts";
import { asJson, type Measured, report } from "./report.ts";
import { benchSandbox } from "./sandbox/bench-sandbox.ts";
import { startProvider } from "./start-provider.ts";
import { benchStructured } from "./structured/bench-structured.ts";
import { benchWeb } from "./web/bench-web.ts";

const everyPart: readonly Part[] = [
  flatOut,
  growth,
  toolArguments,
  toolArgumentsGrowth,
  paced,
  firstDeltaAdded,
  idleMemory,
  streamsHeld,
  reload,
  replay,
  stopToClosed,
  redisConnections,
];
const page = join(import.meta.dirname, "../../docs/performance.md");
/** The part that asks no server. */
const structured = "structured";
/** The parts that have no contenders. */
const lone: Readonly<Record<string, typeof benchSandbox>> = { sandbox: benchSandbox, web: benchWeb };
/** The part that opens a browser. */
const inBrowser = "page";

async function bench(): Promise<void> {
  const { values, positionals } = readArguments();
  const runs = Number(values.runs ?? (values.quick ? 1 : 5));
  const serverParts = positionals.filter(
    (name) => ![structured, inBrowser].includes(name) && !Object.hasOwn(lone, name),
  );
  if (positionals.length === 0 || serverParts.length > 0) await benchServers(values, serverParts, runs);
  for (const [name, measure] of Object.entries(lone))
    if (positionals.includes(name)) await writeLone(name, measure, values);
  if (positionals.length === 0 || positionals.includes(inBrowser)) await writePage(values, runs);
  if (positionals.length > 0 && !positionals.includes(structured)) return;
  await installPeerPackages();
  const text = await benchStructured(runs, values.quick, console.error);
  if (!values.json) console.log(`\n${text}`);
  if (values["write-docs"]) writeDocs(structured, text);
}

async function writeLone(name: string, measure: typeof benchSandbox, values: Options): Promise<void> {
  const text = await measure(values.quick, console.error);
  console.log(`\n${text}`);
  if (values["write-docs"]) writeDocs(name, text);
}

async function writePage({ quick, before, ...values }: Options, runs: number): Promise<void> {
  const beforeDir = before === undefined ? {} : { beforeDir: resolve(before) };
  const text = await benchPage({ runs, quick, ...beforeDir }, console.error);
  console.log(`\n${text}`);
  if (values["write-docs"]) writeDocs(inBrowser, text);
}

type Options = ReturnType<typeof readArguments>["values"];

const readArguments = () =>
  parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      "write-docs": { type: "boolean", default: false },
      runs: { type: "string" },
      only: { type: "string" },
      profile: { type: "string" },
      before: { type: "string" },
    },
  });

async function benchServers(values: Options, names: readonly string[], runs: number): Promise<void> {
  const parts = [
    ...everyPart,
    ...(canCount("instructions:u") ? [flatOutInstructions, pacedInstructions] : []),
  ];
  const chosen = choose(
    values.before === undefined ? parts : parts.map(besideBefore),
    names,
    values.only?.split(","),
  );
  if (process.platform !== "linux")
    throw new Error("The bench reads processor time and memory from Linux's /proc.");
  if (redisMissing) throw new Error(`The bench needs a Redis: ${redisMissing}.`);
  await installPeers();
  const provider = await startProvider();
  const depth: Depth = {
    runs,
    quick: values.quick,
    providerUrl: provider.url,
    ...(values.profile !== undefined && { profileDir: values.profile }),
    ...(values.before !== undefined && { beforeDir: resolve(values.before) }),
  };
  const measured: Measured[] = [];
  try {
    for (const part of chosen)
      measured.push({ part, figures: await measurePart(part, depth, console.error) });
  } finally {
    await provider.stop();
  }
  console.log(values.json ? asJson(measured, runs) : `\n${report(measured, runs)}`);
  if (values["write-docs"]) writeDocs("figures", report(measured, runs));
}

/** `only`: contenders by name, for a look at one of them. */
function choose(
  parts: readonly Part[],
  names: readonly string[],
  only: readonly string[] | undefined,
): Part[] {
  const unknown = names.find((name) => !parts.some((part) => part.name === name));
  if (unknown !== undefined)
    throw new Error(`There is no part ${unknown}: ${parts.map(({ name }) => name).join(", ")}.`);
  return parts
    .filter(({ name }) => names.length === 0 || names.includes(name))
    .map((part) => ({ ...part, contenders: part.contenders.filter((name) => !only || only.includes(name)) }));
}

/** Between the marks of that name. */
function writeDocs(name: string, text: string): void {
  const markers = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*(\\n<!-- /${name} -->)`);
  const old = readFileSync(page, "utf8");
  if (!markers.test(old)) throw new Error(`${page} has no marks to write the figures between`);
  writeFileSync(
    page,
    old.replace(markers, (_, before: string, after: string) => before + text + after),
  );
}

try {
  await bench();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
