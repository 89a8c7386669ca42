import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { median } from "../part.ts";
import { type JsonContender, jsonContenders } from "./structured-contenders.ts";

/** What is read: as long as its name says, in deltas of four characters. */
interface JsonDocument {
  name: string;
  shape: "items" | "string";
  size: number;
  value: unknown;
  deltas: readonly string[];
}

const sizes = [10_000, 100_000, 1_000_000] as const;
const sizeNames: Readonly<Record<number, string>> = { 10_000: "10 kB", 100_000: "100 kB", 1_000_000: "1 MB" };
/** A short document is read again and again, for so long. */
const minMs = 100;

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

type Times = Readonly<Record<string, readonly number[]>>;

/**
 * What it costs to read JSON while it is written, beside the parsers that one would take instead:
 * milliseconds of the processor for a document, and the goals, as Markdown. `quick`: only that it works.
 */
export async function benchStructured(
  runs: number,
  quick: boolean,
  log: (line: string) => void,
): Promise<string> {
  const contenders = await jsonContenders();
  const documents = makeDocuments(quick ? [10_000] : sizes);
  const medians = new Map<string, number>();
  for (const document of documents) {
    const times = await measureAll(document, contenders, runs, log);
    for (const [name, all] of Object.entries(times)) medians.set(`${document.name} ${name}`, median(all));
  }
  return [...timesTable(documents, contenders, medians), "", ...goalRows(medians)].join("\n");
}

function makeDocuments(of: readonly number[]): JsonDocument[] {
  return of.flatMap((size) =>
    (["items", "string"] as const).map((shape) => {
      const value =
        shape === "items" ? items(size) : { text: "one long string, 一段很长的文字。 ".repeat(size / 30) };
      const text = JSON.stringify(value);
      const deltas = Array.from({ length: Math.ceil(text.length / 4) }, (_, at) =>
        text.slice(at * 4, at * 4 + 4),
      );
      return { name: nameOf(shape, size), shape, size, value, deltas };
    }),
  );
}

const nameOf = (shape: string, size: number): string => `${shape}, ${sizeNames[size]}`;

const items = (size: number) => ({
  elements: Array.from({ length: Math.floor(size / 95) }, (_, at) => ({
    id: at,
    title: `第 ${at} 项：牛肉末 100g`,
    note: 'line one\nline "two" \\ 三',
    tags: ["a", "中文"],
  })),
});

/** One after another, and again: what disturbs the machine disturbs all of them. */
async function measureAll(
  document: JsonDocument,
  contenders: Readonly<Record<string, JsonContender>>,
  runs: number,
  log: (line: string) => void,
): Promise<Times> {
  const times: Record<string, number[]> = {};
  for (let run = 0; run < runs; run += 1) {
    for (const [name, contender] of Object.entries(contenders)) {
      if (document.size > (contender.maxSize ?? Infinity)) continue;
      if (contender.arraysOnly && document.shape !== "items") continue;
      // Also so that nobody is measured cold.
      if (run === 0 && name !== "scan") await check(contender, document);
      const ms = await timeOf(contender, document.deltas);
      (times[name] ??= []).push(ms);
      log(`${document.name} ${run + 1}/${runs} ${name}: ${ms.toFixed(2)} ms`);
    }
  }
  return times;
}

/** Nobody wins by reading less. */
async function check({ title, read }: JsonContender, { name, value, deltas }: JsonDocument): Promise<void> {
  if (JSON.stringify(await read(deltas)) !== JSON.stringify(value))
    throw new Error(`${title} does not come to the value of ${name}`);
}

/** What the contender before has left is not collected in this one's time, and nobody is measured cold. */
async function timeOf(contender: JsonContender, deltas: readonly string[]): Promise<number> {
  collectGarbage();
  for (const until = performance.now() + minMs; performance.now() < until; ) await contender.read(deltas);
  const before = process.cpuUsage();
  const spent = () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  let count = 0;
  for (; spent() < minMs; count += 1) await contender.read(deltas);
  return spent() / count;
}

function timesTable(
  documents: readonly JsonDocument[],
  contenders: Readonly<Record<string, JsonContender>>,
  medians: ReadonlyMap<string, number>,
): string[] {
  const cell = (ms: number | undefined) => (ms === undefined ? "" : ms.toFixed(ms < 10 ? 2 : 0));
  return [
    `| ms of the processor | ${documents.map(({ name }) => name).join(" | ")} |`,
    `|---|${documents.map(() => "---").join("|")}|`,
    ...Object.entries(contenders).map(
      ([name, { title }]) =>
        `| ${title} | ${documents.map((document) => cell(medians.get(`${document.name} ${name}`))).join(" | ")} |`,
    ),
  ];
}

/** First divided by second, each a document and a contender, and what that must not go beyond. */
type JsonGoal = [what: string, first: string, second: string, max: number];

function goals(): JsonGoal[] {
  const shapes = ["items", "string"];
  const peers = ["streamparser", "jsonriver", "assistantStream", "aiArray"];
  return shapes.flatMap((shape): JsonGoal[] => {
    const at = (size: number, name: string) => `${nameOf(shape, size)} ${name}`;
    const growth = (name: string, size: number): JsonGoal => [
      `${shape}: ${name}, ${sizeNames[size * 10]} / ${sizeNames[size]}`,
      at(size * 10, name),
      at(size, name),
      12,
    ];
    return [
      [`${shape}, 1 MB: push / scan`, at(1_000_000, "push"), at(1_000_000, "scan"), 10],
      [`${shape}, 1 MB: frames / scan`, at(1_000_000, "frames"), at(1_000_000, "scan"), 15],
      ...["push", "frames"].flatMap((name) => [growth(name, 10_000), growth(name, 100_000)]),
      [`${shape}, 10 kB: values / ai, objects`, at(10_000, "values"), at(10_000, "aiObject"), 1 / 50],
      ...sizes.flatMap((size) =>
        peers.map(
          (peer): JsonGoal => [
            `${nameOf(shape, size)}: frames / ${peer}`,
            at(size, "frames"),
            at(size, peer),
            1,
          ],
        ),
      ),
    ];
  });
}

function goalRows(medians: ReadonlyMap<string, number>): string[] {
  const rows = goals().flatMap(([what, first, second, max]) => {
    const ratio = (medians.get(first) ?? Number.NaN) / (medians.get(second) ?? Number.NaN);
    if (Number.isNaN(ratio)) return [];
    return [
      `| ${what} | ${max === 1 / 50 ? "1/50" : max} | ${ratio.toFixed(3)} | ${ratio <= max ? "yes" : "**no**"} |`,
    ];
  });
  return ["| ratio | at most | measured | reached |", "|---|---|---|---|", ...rows];
}
