import { spawn, spawnSync } from "node:child_process";
import type { Readable, Writable } from "node:stream";

/** What `perf stat` counts: an event of the processor, or a software event, which every machine has. */
export type PerfEvent = "instructions:u" | "page-faults";

/** Whether `perf` is installed and this machine lets it count the event: many virtual machines do not. */
export function canCount(event: PerfEvent): boolean {
  const { status, stderr } = spawnSync("perf", [...statOf(event), "true"], { encoding: "utf8" });
  return status === 0 && countIn(stderr) !== undefined;
}

/**
 * How often `event` happens in these processes while `work` is under way. Counting begins before the work
 * does: perf has acknowledged it. Throws if the machine cannot count the event.
 */
export async function countEvent(
  event: PerfEvent,
  pids: readonly number[],
  work: () => Promise<void>,
): Promise<number> {
  const args = [...statOf(event), "--delay=-1", "--control=fd:3,4", "-p", pids.join(",")];
  const perf = spawn("perf", args, { stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"] });
  // Cast: the five pipes asked for above.
  const [, , errors, control, acknowledged] = perf.stdio as [null, null, Readable, Writable, Readable];
  let output = "";
  errors.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const closed = new Promise((resolve) => perf.once("close", resolve));
  const acknowledge = async (command: "enable" | "disable"): Promise<void> => {
    control.write(`${command}\n`);
    await Promise.race([new Promise((resolve) => acknowledged.once("data", resolve)), closed]);
  };
  try {
    await acknowledge("enable");
    await work();
    await acknowledge("disable");
  } finally {
    perf.kill("SIGINT");
    await closed;
  }
  const count = countIn(output);
  if (count === undefined) throw new Error(`perf cannot count ${event} here: ${output.trim()}`);
  return count;
}

const statOf = (event: PerfEvent): string[] => ["stat", "--field-separator", ",", "--event", event];

/** The first field of perf's line; it is words where the machine cannot count. */
export function countIn(output: string): number | undefined {
  const count = /^(\d+),/m.exec(output)?.[1];
  return count === undefined ? undefined : Number(count);
}
