import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ownNode } from "./own-node.mjs";
import { runQuietly } from "./run-quietly.mjs";
import { runningServers } from "./running-servers.mjs";

const sources = [
  "app",
  "components",
  "lib",
  "public",
  "proxy.ts",
  "instrumentation.ts",
  "next.config.mjs",
  "tailwind.config.ts",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
];

const stampPath = ".next/rivulet-build";

/** Whether .next holds the build of exactly these sources. */
export function isBuilt(root) {
  const stampFile = join(root, stampPath);
  return existsSync(stampFile) && readFileSync(stampFile, "utf8") === `${hashSources(root)} ${buildId(root)}`;
}

/**
 * Builds the product unless .next already holds the build of exactly these sources. Throws with one plain
 * line.
 */
export async function buildOnce(root) {
  if (isBuilt(root)) return;
  refuseUnderRunningServer();
  const wanted = hashSources(root);
  const stampFile = join(root, stampPath);
  rmSync(stampFile, { force: true });
  console.log("Building (once)…");
  const next = join(root, "node_modules/next/dist/bin/next");
  const env = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };
  const { code, output } = await runQuietly(ownNode(root), [next, "build"], { cwd: root, env });
  if (code !== 0) throw new Error(`${output.trim()}\nThe build failed: see its output above.`);
  writeFileSync(stampFile, `${wanted} ${buildId(root)}`);
}

function hashSources(root) {
  const hash = createHash("sha256");
  for (const path of sources.flatMap((source) => filesUnder(root, source))) {
    const content = readFileSync(join(root, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

function filesUnder(root, path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  try {
    return readdirSync(full)
      .sort()
      .flatMap((name) => filesUnder(root, `${path}/${name}`));
  } catch (error) {
    if (error.code === "ENOTDIR") return [path];
    throw error;
  }
}

/** Next writes it last, a new one for every build: one made without this script never matches our stamp. */
function buildId(root) {
  const file = join(root, ".next/BUILD_ID");
  return existsSync(file) ? readFileSync(file, "utf8") : "none";
}

function refuseUnderRunningServer() {
  const pids = runningServers();
  if (pids.length === 0) return;
  throw new Error(
    `The sources changed, but a server of this checkout still runs from the old build (pid ${pids.join(", ")}): ` +
      `stop it (kill ${pids.join(" ")}) and run the command again.`,
  );
}
