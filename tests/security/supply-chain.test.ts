import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "../..");

interface Locked {
  version: string;
  integrity?: string;
  resolved?: string;
  license?: string;
  hasInstallScript?: boolean;
  link?: boolean;
}

const read = <T>(path: string): T => JSON.parse(readFileSync(join(root, path), "utf8"));
const own =
  read<Record<"dependencies" | "devDependencies" | "optionalDependencies", Record<string, string>>>(
    "package.json",
  );
const lock = read<{ lockfileVersion: number; packages: Record<string, Locked> }>("package-lock.json");
const locked = Object.entries(lock.packages).filter(([path]) => path !== "");
const nameOf = (path: string): string => path.slice(path.lastIndexOf("node_modules/") + 13);

/** Below these a known hole is open (security advisories of the year 2026). */
const floors: Record<string, string> = { next: "16.2.11", react: "19.3.1", "react-dom": "19.3.1" };

test("S74 Next and React are locked, and installed, at or above the versions that mend what is known", () => {
  for (const [name, floor] of Object.entries(floors)) {
    const installed = read<{ version: string }>(`node_modules/${name}/package.json`).version;
    for (const version of [lock.packages[`node_modules/${name}`]?.version, installed])
      assert.ok(version !== undefined && isAtLeast(version, floor), `${name} ${version} < ${floor}`);
  }
  assert.equal(
    lock.packages["node_modules/react"]?.version,
    lock.packages["node_modules/react-dom"]?.version,
  );
  const inside = locked.filter(([path]) => /react-server-dom/.test(path));
  for (const [path, { version }] of inside) assert.ok(isAtLeast(version, "19.3.1"), path);
});

test("S74 the comparison knows an older version when it sees one", () => {
  assert.deepEqual(
    ["16.2.10", "16.2.11", "16.4.6", "15.9.99", "17.0.0", "16.2.11-canary.1"].map((each) =>
      isAtLeast(each, "16.2.11"),
    ),
    [false, true, true, false, true, false],
  );
});

/** A version that is not a release counts as older than its release. */
function isAtLeast(version: string, floor: string): boolean {
  if (/-/.test(version)) return false;
  const [left, right] = [version, floor].map((each) => each.split(".").map(Number));
  for (const at of [0, 1, 2]) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

test("S75 every version is exact, and none comes from git, a file or an address", () => {
  for (const group of [own.dependencies, own.devDependencies, own.optionalDependencies])
    for (const [name, version] of Object.entries(group)) assert.match(version, /^\d+\.\d+\.\d+$/, name);
  assert.equal(lock.lockfileVersion, 3);
  for (const [path, { version, resolved, link }] of locked) {
    assert.match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/, path);
    assert.equal(link, undefined, path);
    assert.doesNotMatch(resolved ?? "", /^git|github|^file:|^http:/, path);
  }
});

/** Entries that a lockfile cannot give a hash of, each with its reason. None today. */
const withoutIntegrity: Readonly<Record<string, string>> = {};

test("S75 every entry of every lockfile has the hash of its package, those of other platforms too", () => {
  const lockfiles = globSync("**/package-lock.json", {
    cwd: root,
    exclude: (name) => /^(?:node_modules|\.|test-results)/.test(name),
  });
  assert.ok(lockfiles.includes("package-lock.json") && lockfiles.length > 1, lockfiles.join());
  for (const file of lockfiles)
    for (const [path, { integrity }] of Object.entries(read<typeof lock>(file).packages)) {
      if (path === "" || withoutIntegrity[path] !== undefined) continue;
      // 64 bytes in base64: an older algorithm is no hash of a package.
      assert.match(integrity ?? "", /^sha512-[\w+/]{86}==$/, `${file}: ${path}`);
    }
});

test("S75 no package runs a script when it is installed", () => {
  assert.deepEqual(
    locked.filter(([, { hasInstallScript }]) => hasInstallScript),
    [],
  );
  const asked = locked.map(([path]) => path).filter((path) => existsSync(join(root, path, "package.json")));
  assert.ok(asked.length > 50);
  for (const path of asked) {
    const { scripts = {} } = read<{ scripts?: Record<string, string> }>(`${path}/package.json`);
    for (const when of ["preinstall", "install", "postinstall"]) assert.equal(scripts[when], undefined, path);
  }
});

const allowed = new Set([
  ...[
    "MIT",
    "ISC",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "0BSD",
    "BlueOak-1.0.0",
    "MIT OR Apache-2.0",
  ],
  // Used as they are, none of their source changed: lightningcss and axe-core, caniuse-lite's table, sharp's
  // library (optional).
  ...["MPL-2.0", "CC-BY-4.0", "LGPL-3.0-or-later", "Apache-2.0 AND LGPL-3.0-or-later"],
  "Apache-2.0 AND LGPL-3.0-or-later AND MIT",
]);

test("S75 every package has a licence that allows what we do with it", () => {
  // The text of a specification, which tests read and nothing ships.
  for (const [path, { license }] of locked)
    if (path !== "node_modules/commonmark-spec")
      assert.ok(license !== undefined && allowed.has(license), `${path}: ${license}`);
  assert.ok(locked.length < 400, `${locked.length} packages`);
  assert.ok(Object.keys(own.dependencies).length < 24);
});

test("S75 the bill of materials names every locked package, once, with its hash", () => {
  const { stdout, status } = spawnSync(process.execPath, ["scripts/sbom.mjs"], {
    cwd: root,
    maxBuffer: 1 << 26,
  });
  assert.equal(status, 0);
  const bill: { bomFormat: string; components: { purl: string; hashes?: unknown }[] } = JSON.parse(
    stdout.toString(),
  );
  assert.equal(bill.bomFormat, "CycloneDX");
  assert.equal(bill.components.length, locked.length);
  for (const [path, { version }] of locked) {
    const purl = `pkg:npm/${nameOf(path).replace("@", "%40")}@${version}`;
    const component = bill.components.find((each) => each.purl === purl);
    assert.ok(component?.hashes, purl);
  }
});
