import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
// The way every command of this checkout installs.
import { installPackages } from "../../scripts/install-packages.mjs";
import { runQuietly } from "../../scripts/run-quietly.mjs";

const root = join(import.meta.dirname, "peers");

/** Installs what the product is measured against. */
export const installPeerPackages = (): Promise<void> => installPackages(root);

/**
 * Installs and builds the servers that the product is measured against: only here, never by another command.
 */
export async function installPeers(): Promise<void> {
  await installPeerPackages();
  const stampFile = join(root, ".next/bench-build");
  const stamp = hashSources();
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) return;
  console.error("Building the peers (once)…");
  const { code, output } = await runQuietly(
    process.execPath,
    [join(root, "node_modules/next/dist/bin/next"), "build", root],
    { cwd: root, env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" } },
  );
  if (code !== 0) throw new Error(`${output.trim()}\nThe peers could not be built: see the output above.`);
  writeFileSync(stampFile, stamp);
}

function hashSources(): string {
  const hash = createHash("sha256");
  for (const path of globSync("{app/**/*.js,*.mjs,package-lock.json}", { cwd: root }).toSorted())
    hash.update(`${path}\0`).update(readFileSync(join(root, path)));
  return hash.digest("hex");
}
