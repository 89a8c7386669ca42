import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isUnwritable } from "./is-unwritable.mjs";
import { liveProcess } from "./live-process.mjs";
import { makeFolder } from "./make-folder.mjs";

const folder = fileURLToPath(new URL("../.next/rivulet-servers", import.meta.url));

/** The pids of the servers that run from this checkout's build. */
export function runningServers() {
  return recordedPids().filter((pid) => liveProcess(pid) === readFileSync(join(folder, String(pid)), "utf8"));
}

/**
 * Records this process as a server of the build until it exits. Where the program may not be written to, it
 * cannot be built anew either, and nothing is recorded.
 */
export function recordServer() {
  const file = join(folder, String(process.pid));
  try {
    makeFolder(folder);
    writeFileSync(file, liveProcess(process.pid) ?? "");
  } catch (error) {
    if (isUnwritable(error)) return;
    throw error;
  }
  process.on("exit", () => rmSync(file, { force: true }));
}

function recordedPids() {
  try {
    return readdirSync(folder).map(Number).filter(Number.isInteger);
  } catch (error) {
    if (error.code === "ENOENT") return [];
    throw error;
  }
}
