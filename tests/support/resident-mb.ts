import { readFileSync } from "node:fs";

/** What a process holds in memory; 0 where the system has no /proc. */
export function residentMb(pid: number): number {
  if (process.platform !== "linux") return 0;
  const [, kb] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kb) / 1024;
}
