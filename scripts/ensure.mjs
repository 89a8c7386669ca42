// Runs before every npm script, on the system's Node (18 or later): built-in modules only.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildOnce, isBuilt } from "./build-once.mjs";
import { getBrowser } from "./get-browser.mjs";
import { arePackagesInstalled, installPackages } from "./install-packages.mjs";
import { isUnwritable } from "./is-unwritable.mjs";
import { withLock } from "./with-lock.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const steps = {
  install: [installPackages],
  build: [installPackages, buildOnce],
  test: [installPackages, buildOnce, getBrowser],
};

const isDone = {
  install: arePackagesInstalled,
  build: (root) => arePackagesInstalled(root) && isBuilt(root),
  test: () => false,
};

/** What is there already is neither locked nor written to: the folder may be read-only. */
async function ensure(mode) {
  if (!Object.hasOwn(steps, mode))
    throw new Error(`Usage: node scripts/ensure.mjs ${Object.keys(steps).join("|")}`);
  if (isDone[mode](root)) return;
  // Not in node_modules, which npm ci removes, and where `next build` removes nothing.
  await withLock(join(root, ".next/cache/rivulet-ensure"), async () => {
    for (const step of steps[mode]) await step(root);
  });
}

try {
  await ensure(process.argv[2]);
} catch (error) {
  console.error(
    isUnwritable(error)
      ? `${root} cannot be written by this user, and holds no complete build of these sources: run \`npm run build\` there ` +
          "as a user who may write, then start it again."
      : error.message,
  );
  process.exitCode = 1;
}
