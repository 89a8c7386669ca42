import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ownNode } from "./own-node.mjs";
import { runQuietly } from "./run-quietly.mjs";

/** Whether they were installed before from exactly this lockfile, for this platform. */
export function arePackagesInstalled(root) {
  const stampFile = join(root, stampPath);
  return existsSync(stampFile) && readFileSync(stampFile, "utf8") === stampOf(readLock(root));
}

/**
 * Brings node_modules to what package-lock.json says; immediate when it already is. Throws with one plain
 * line.
 */
export async function installPackages(root) {
  if (arePackagesInstalled(root)) return;
  const lock = readLock(root);
  if (!isInstalled(root, JSON.parse(lock.toString()))) await install(root);
  requireNode(root);
  writeFileSync(join(root, stampPath), stampOf(lock));
}

const stampPath = "node_modules/.rivulet-lock";

const readLock = (root) => readFileSync(join(root, "package-lock.json"));

const stampOf = (lock) =>
  `${createHash("sha256").update(lock).digest("hex")} ${process.platform} ${process.arch}`;

/** Compares with the list that npm keeps of what it put into node_modules. */
function isInstalled(root, lock) {
  const list = join(root, "node_modules/.package-lock.json");
  if (!existsSync(list)) return false;
  const installed = JSON.parse(readFileSync(list, "utf8")).packages;
  return Object.entries(lock.packages).every(([path, wanted]) => {
    const found = installed[path];
    if (path === "" || (!found && !isWantedHere(wanted))) return true;
    return found?.version === wanted.version;
  });
}

function isWantedHere({ optional, os, cpu, libc }) {
  if (!optional) return true;
  return !libc && !!os?.includes(process.platform) && !!cpu?.includes(process.arch);
}

async function install(root) {
  console.log("Installing packages (once)…");
  const flags = ["--include=dev", "--include=optional", "--no-audit", "--no-fund", "--loglevel=error"];
  const clean = await npm(root, ["ci", ...flags]);
  if (clean.code === 0) return;
  const plain = await npm(root, ["install", "--no-save", ...flags]);
  if (plain.code === 0) return;
  throw new Error(
    `${clean.output}\n${plain.output}\nThe packages could not be installed: see npm's output above.`,
  );
}

function npm(root, args) {
  const script = process.env.npm_execpath;
  const options = { cwd: root };
  if (script?.endsWith(".js")) return runQuietly(process.execPath, [script, ...args], options);
  return runQuietly("npm", args, { ...options, shell: process.platform === "win32" });
}

/**
 * TypeScript sources run unbuilt in the scripts and tests: that needs the Node of the lockfile, or 22.18 and
 * later.
 */
function requireNode(root) {
  const node = ownNode(root);
  if (node !== process.execPath && !runs(node)) {
    // A binary for another C library (Alpine) would shadow the system's Node in every npm script.
    rmSync(join(root, "node_modules/.bin/node"), { force: true });
  } else if (node !== process.execPath || stripsTypes(process.versions.node)) return;
  if (stripsTypes(process.versions.node)) return;
  throw new Error(
    `No Node 24 package exists for ${process.platform}-${process.arch}, and this is Node ${process.versions.node}: ` +
      "install Node 24 (22.18 or later will do) and run the command again.",
  );
}

function runs(node) {
  return spawnSync(node, ["--version"], { stdio: "ignore" }).status === 0;
}

function stripsTypes(version) {
  const [major, minor] = version.split(".").map(Number);
  return major >= 24 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18);
}
