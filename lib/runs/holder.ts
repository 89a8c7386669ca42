/**
 * How a process is named in leases, and when it is known to be gone.
 *
 * Owns: what can be known of another process without asking it. Does not own: what follows from that
 * (core/lease-rules.ts).
 *
 * H1  A pid says something only in its own PID namespace, and a start time only in its own time namespace.
 *     Containers may share the host's name and boot and have neither in common. So both belong to the name
 *     of the boot, and a process of another one is never taken for dead: its lease is waited for. An older
 *     build names the boot alone, which equals no name of this one, in either direction.
 * H2  /proc may be another namespace's (`unshare --pid` without a /proc of its own). It then says nothing.
 * H3  /proc may hide the processes of other users (`hidepid`, systemd's `ProtectProc`). What stands not there
 *     is dead only if it cannot be signalled either.
 * H4  A zombie is dead: its files and sockets are closed, only its parent has not looked yet.
 * H5  Where the platform does not say (no /proc), nobody is taken for dead.
 */

import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import type { Holder } from "../storage/run-store.ts";

/** This process, as leases name it. */
export function thisHolder(): Holder {
  const isOwnProc = unlessHidden(() => readlinkSync("/proc/self")) === String(process.pid); // H2
  return {
    host: hostname(),
    boot: (isOwnProc && bootWithNamespaces()) || "",
    pid: process.pid,
    startedAt: (isOwnProc && statOf(process.pid)?.startedAt) || "",
  };
}

/** True if that process surely is gone: what it ran in is what this one runs in, and it is there no more. */
export function isDead({ host, boot, pid, startedAt }: Holder, self: Holder): boolean {
  if (!isKnownHere({ host, boot, pid, startedAt }, self)) return false;
  const found = statOf(pid);
  return found ? found.isZombie || found.startedAt !== startedAt : !mayExist(pid);
}

/** True if that process surely is there, and is another one: it may be frozen, but no crash took it away. */
export const isAlive = (holder: Holder, self: Holder): boolean =>
  isKnownHere(holder, self) && !isSelf(holder, self) && !isDead(holder, self);

export const isSelf = ({ host, boot, pid, startedAt }: Holder, self: Holder): boolean =>
  host === self.host && boot === self.boot && pid === self.pid && startedAt === self.startedAt;

/** H1, H5. */
const isKnownHere = ({ host, boot, startedAt }: Holder, self: Holder): boolean =>
  host === self.host && boot === self.boot && boot !== "" && startedAt !== "";

/** H1. Undefined: not known. A kernel without time namespaces has one time for all. */
function bootWithNamespaces(): string | undefined {
  const boot = unlessHidden(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
  const pids = unlessHidden(() => readlinkSync("/proc/self/ns/pid"));
  const time = unlessHidden(() => readlinkSync("/proc/self/ns/time")) ?? "time:";
  return boot && pids && `${boot} ${pids} ${time}`;
}

/**
 * Fields 3 and 22 of /proc/PID/stat (proc_pid_stat(5)): the state, and clock ticks from boot to the start.
 * The name in field 2 may hold spaces and parentheses.
 */
function statOf(pid: number): { isZombie: boolean; startedAt: string } | undefined {
  const stat = unlessHidden(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, startedAt] = [fields?.[0], fields?.[19]];
  return state && startedAt ? { isZombie: state === "Z" || state === "X", startedAt } : undefined;
}

/** H3. */
function mayExist(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

function unlessHidden(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined; // Not Linux, hidden, or no such process.
  }
}
