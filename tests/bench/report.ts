import { cpus, totalmem } from "node:os";
import { type ContenderName, contenderTitles } from "./contenders.ts";
import type { Figures } from "./measure-part.ts";
import { type Goal, median, type Part } from "./part.ts";

export interface Measured {
  part: Part;
  figures: Figures;
}

/** The machine, in the words that belong beside every figure. */
function machine(): string {
  const { length } = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus()[0]?.model.trim() || "unknown CPU"}, ${length} cores, ${memory} GB, ${process.platform}, Node ${process.version}`;
}

/** The medians, and the goals with what was reached, as Markdown. */
export function report(measured: readonly Measured[], runs: number): string {
  return [
    `Measured on: ${machine()}. Medians of ${runs} interleaved runs; the client and the provider share the machine.`,
    "",
    ...mediansTable(measured),
    "",
    ...goalsTable(measured),
  ].join("\n");
}

/** All that was measured, for machines. */
export const asJson = (measured: readonly Measured[], runs: number): string =>
  JSON.stringify(
    {
      machine: machine(),
      runs,
      parts: measured.map(({ part, figures }) => ({ name: part.name, unit: part.unit, figures })),
    },
    undefined,
    2,
  );

function mediansTable(measured: readonly Measured[]): string[] {
  const names = Object.keys(contenderTitles).filter((name): name is ContenderName => name in contenderTitles);
  return [
    `| | ${names.map((name) => contenderTitles[name]).join(" | ")} |`,
    `|---|${names.map(() => "---").join("|")}|`,
    ...measured.map(
      ({ part, figures }) =>
        `| ${part.title}${part.unit && `, ${part.unit}`} | ${names.map((name) => cell(figures[name])).join(" | ")} |`,
    ),
  ];
}

const cell = (values: readonly number[] | undefined): string => (values ? round(median(values)) : "");

const round = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(value < 0.1 ? 3 : 2);

function goalsTable(measured: readonly Measured[]): string[] {
  const rows = measured.flatMap(({ part, figures }) =>
    part.goals.map((goal) => `| ${part.title} | ${words(goal)} | ${reachedIn(goal, figures)} |`),
  );
  return rows.length === 0 ? [] : ["| figure | goal | measured |", "|---|---|---|", ...rows];
}

function words({ first, second, plus, max, min }: Goal): string {
  const limit = max === undefined ? `at least ${min}` : `at most ${shareOf(max)}`;
  if (second === undefined) return `${first}: ${limit}`;
  return plus === undefined ? `${first} / ${second}: ${limit}` : `${first}: at most ${second} + ${plus}`;
}

/** Of a share of one, as it was set. */
const shareOf = (limit: number): string => (limit < 0.1 ? `1/${Math.round(1 / limit)}` : String(limit));

function reachedIn({ first, second, plus = 0, max, min }: Goal, figures: Figures): string {
  const own = median(figures[first] ?? []);
  const other = second === undefined ? 1 : median(figures[second] ?? []) + plus;
  const reached = own / other;
  if (Number.isNaN(reached)) return "not measured";
  const isMet = max === undefined ? reached >= (min ?? 0) : reached <= max;
  const shown = plus === 0 ? round(reached) : `${round(own)} against ${round(other)}`;
  return `${shown}${isMet ? "" : " (missed)"}`;
}
