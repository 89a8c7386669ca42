import { existsSync } from "node:fs";
import { join } from "node:path";

/** The Node that came with the lockfile, or the one this script runs under where the platform has none. */
export function ownNode(root) {
  const system = process.platform === "win32" ? "win" : process.platform;
  const folder = join(root, "node_modules", `node-${system}-${process.arch}`, "bin");
  const path = join(folder, process.platform === "win32" ? "node.exe" : "node");
  return existsSync(path) ? path : process.execPath;
}
