import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import type { Holder } from "../storage/run-store.ts";

/** This process, as leases name it. */
export function thisHolder(): Holder {
  return {
    host: hostname(),
    boot: read("/proc/sys/kernel/random/boot_id") ?? "",
    pid: process.pid,
    startedAt: startTime(process.pid) ?? "",
  };
}

/**
 * True if that process surely is gone: it ran on this host, in this boot, and its pid is free or was given to
 * another. Where the platform does not say, nobody is taken for dead: the lease decides.
 */
export function isDead({ host, boot, pid, startedAt }: Holder, self: Holder): boolean {
  if (host !== self.host || boot !== self.boot || boot === "" || startedAt === "") return false;
  return startTime(pid) !== startedAt;
}

/**
 * Field 22 of /proc/PID/stat: clock ticks from boot to the process's start. The name in field 2 may hold
 * spaces.
 */
function startTime(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return undefined; // Not Linux, or no such process.
  }
}
