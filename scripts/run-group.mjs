import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const groups = new Set();
// Every process started below inherits it, however it was detached, so that strays are recognised as ours.
const mark = `RIVULET_RUN=${randomUUID()}`;
const markName = "RIVULET_RUN";

/**
 * Runs a command in a process group of its own and resolves with its exit code once the group is gone. Its
 * output goes to `onOutput`, or to the terminal without one.
 */
export function runGroup(command, args, { onOutput, env, ...options }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      ...options,
      detached: process.platform !== "win32",
      env: { ...env, [markName]: mark.slice(markName.length + 1) },
      stdio: onOutput ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
    });
    if (child.pid) groups.add(child.pid);
    child.stdout?.setEncoding("utf8").on("data", onOutput);
    child.stderr?.setEncoding("utf8").on("data", onOutput);
    child.on("error", (error) => {
      console.error(error.message);
      resolve(127);
    });
    child.on("exit", () => killGroup(child.pid, "SIGKILL"));
    child.on("close", (code) => {
      groups.delete(child.pid);
      resolve(code ?? 1);
    });
  });
}

/** Kills what earlier commands left behind outside their groups (a browser, a server); returns their pids. */
export function killStrays() {
  const strays = markedPids();
  for (const pid of strays) kill(pid, "SIGKILL");
  return strays;
}

function markedPids() {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => environmentOf(pid).includes(`${mark}\0`))
    .map(Number);
}

function environmentOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    // It ended meanwhile, or belongs to another user: then it is none of ours.
    return "";
  }
}

function killGroup(pid, signal) {
  if (pid) kill(process.platform === "win32" ? pid : -pid, signal);
}

function kill(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH" && error.code !== "EPERM") throw error;
  }
}

async function stopAll(signal) {
  for (const pid of groups) killGroup(pid, "SIGTERM");
  for (let waited = 0; groups.size > 0 && waited < 5_000; waited += 50) await sleep(50);
  for (const pid of groups) killGroup(pid, "SIGKILL");
  killStrays();
  process.exit(signal === "SIGINT" ? 130 : 143);
}

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void stopAll(signal));
