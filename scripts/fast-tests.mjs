import { globSync, readFileSync } from "node:fs";
import { join, posix, sep } from "node:path";

/** Modules that open sockets or start processes. */
const slowModules = /^node:(child_process|cluster|dgram|http|http2|https|net|tls|worker_threads)$/;
const imports = /^(?:import|export)\s+(?!type\b)(?:[\w$*{},\s]*\sfrom\s*)?"([^"\n]+)"/gm;

/**
 * The unit tests that open no socket and start no process, neither themselves nor by what they import of
 * tests/.
 */
export function fastTests(root, files) {
  const known = new Map();

  function isFast(path) {
    if (!known.has(path)) {
      known.set(path, true); // A cycle adds nothing.
      known.set(path, importsOf(root, path).every(isFastImport));
    }
    return known.get(path);
  }

  const isFastImport = (target) => (target.startsWith("tests/") ? isFast(target) : !slowModules.test(target));

  return files.filter(isFast);
}

function importsOf(root, path) {
  const found = readFileSync(join(root, path), "utf8").matchAll(imports);
  return [...found].map(([, target]) => {
    if (target.startsWith("#")) return target.slice(1);
    return target.startsWith(".") ? posix.join(posix.dirname(path), target) : target;
  });
}

/** Every file of unit tests, from `root`. */
export const unitTests = (root) =>
  globSync("tests/**/*.test.ts", {
    cwd: root,
    exclude: ["tests/e2e/**", "tests/architecture/**", "tests/security/**", "tests/bench/peers/**"],
  })
    .map((path) => path.split(sep).join("/"))
    .sort();
