// Runs before every npm script, on the system's Node (18 or later): built-in modules only.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildOnce } from "./build-once.mjs";
import { getBrowser } from "./get-browser.mjs";
import { installPackages } from "./install-packages.mjs";
import { withLock } from "./with-lock.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const steps = {
  install: [installPackages],
  build: [installPackages, buildOnce],
  test: [installPackages, buildOnce, getBrowser],
};

async function ensure(mode) {
  if (!Object.hasOwn(steps, mode))
    throw new Error(`Usage: node scripts/ensure.mjs ${Object.keys(steps).join("|")}`);
  // Not in node_modules, which npm ci removes, and where `next build` removes nothing.
  await withLock(join(root, ".next/cache/rivulet-ensure"), async () => {
    for (const step of steps[mode]) await step(root);
  });
}

try {
  await ensure(process.argv[2]);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
