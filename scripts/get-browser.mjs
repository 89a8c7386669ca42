import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { findChromium } from "./find-chromium.mjs";
import { ownNode } from "./own-node.mjs";
import { runQuietly } from "./run-quietly.mjs";

/** What the tests need of the machine: one line a Debian package. */
const debianPackages = [
  { name: "chromium", isHere: hasChromium },
  { name: "fonts-noto-cjk", isHere: () => hasFont("Noto Sans CJK SC") },
  { name: "fonts-noto-color-emoji", isHere: () => hasFont("Noto Color Emoji") },
  { name: "redis-server", isHere: () => answers("redis-server") },
  { name: "nginx-light", isHere: () => existsSync("/usr/sbin/nginx") || answers("nginx", "-v") },
];

/** Gets a Chromium and the fonts that the browser tests need. Throws with one plain line where it cannot. */
export async function getBrowser(root) {
  const missing = debianPackages.filter(({ isHere }) => !isHere()).map(({ name }) => name);
  if (missing.length > 0 && existsSync("/usr/bin/apt-get")) await installDebian(missing);
  if (!hasChromium()) await downloadChromium(root);
  if (!hasChromium()) {
    throw new Error(
      "The browser tests need Chromium, and it could not be installed: on Debian run " +
        "`sudo apt-get install chromium`, elsewhere `npx playwright install chromium`, or set RIVULET_CHROMIUM to its path.",
    );
  }
}

async function installDebian(names) {
  const sudo = process.getuid() === 0 ? [] : ["sudo", "-n"];
  if (sudo.length > 0 && spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status !== 0) {
    console.log(`Missing: ${names.join(", ")} (sudo apt-get install ${names.join(" ")})`);
    return;
  }
  console.log(`Installing ${names.join(", ")} (once)…`);
  const install = ["install", "-y", "--no-install-recommends", ...names];
  await apt([...sudo, "apt-get", "update"]);
  const { code, output } = await apt([...sudo, "apt-get", ...install]);
  if (code !== 0) console.log(`${output.trim()}\napt-get could not install ${names.join(", ")}.`);
}

function apt([command, ...args]) {
  return runQuietly(command, args, { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
}

async function downloadChromium(root) {
  console.log("Downloading Chromium (once)…");
  const cli = join(root, "node_modules/@playwright/test/cli.js");
  const { code, output } = await runQuietly(ownNode(root), [cli, "install", "chromium"], { cwd: root });
  if (code !== 0) console.log(output.trim());
}

/** Ubuntu's `chromium-browser` may be a mere pointer to a snap: only one that answers counts. */
function hasChromium() {
  const path = findChromium();
  return !!path && spawnSync(path, ["--version"], { stdio: "ignore", timeout: 20_000 }).status === 0;
}

function answers(command, question = "--version") {
  return spawnSync(command, [question], { stdio: "ignore" }).status === 0;
}

/** Without fontconfig nothing can be asked; the system's own fonts have to do. */
function hasFont(family) {
  const list = spawnSync("fc-list", [family], { encoding: "utf8" });
  return list.error ? !existsSync("/usr/bin/apt-get") : list.stdout.trim() !== "";
}
