import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { liveProcess } from "./live-process.mjs";
import { makeFolder } from "./make-folder.mjs";

/**
 * Runs `work` while no other process holds the lock `file`. The lock of a process that died is taken over.
 */
export async function withLock(file, work) {
  makeFolder(dirname(file));
  const own = `${process.pid} ${liveProcess(process.pid)}`;
  for (let announced = false; !take(file, own); ) {
    const holder = read(file);
    if (holder === undefined) continue;
    if (isStale(holder)) {
      release(file, holder);
      continue;
    }
    if (!announced) console.log(`Waiting for process ${holder.split(" ")[0]}, which sets up this checkout…`);
    announced = true;
    await sleep(200);
  }
  const releaseOwn = () => release(file, own);
  process.on("exit", releaseOwn);
  try {
    return await work();
  } finally {
    process.off("exit", releaseOwn);
    releaseOwn();
  }
}

/** A link appears together with its content, so nobody ever reads a half-written lock. */
function take(file, own) {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, own);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function isStale(holder) {
  const [pid, ...start] = holder.split(" ");
  return liveProcess(Number(pid)) !== start.join(" ");
}

/**
 * Removes the lock only if `holder` still holds it: another waiter may have taken over a dead one's before
 * us.
 */
function release(file, holder) {
  if (read(file) !== holder) return;
  const moved = `${file}.${process.pid}.old`;
  try {
    renameSync(file, moved);
    if (readFileSync(moved, "utf8") !== holder) linkSync(moved, file);
  } catch (error) {
    if (error.code !== "ENOENT" && error.code !== "EEXIST") throw error;
  } finally {
    rmSync(moved, { force: true });
  }
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}
