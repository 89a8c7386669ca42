import { existsSync, globSync } from "node:fs";
import { join } from "node:path";

const linted = [
  "app",
  "components",
  "lib",
  "tests",
  "scripts",
  "proxy.ts",
  "instrumentation.ts",
  "next.config.mjs",
  "tailwind.config.ts",
];

/**
 * The checks of `npm run check`: each a name and the Node command lines that run one after the other. With
 * `write`, the format check formats.
 */
export function checks(root, write = false) {
  const paths = linted.filter((path) => existsSync(join(root, path)));
  const bin = (path) => join(root, "node_modules", path);
  return [
    {
      name: "types",
      // Route types of a deleted page would be reported as errors, so they are written anew first.
      commands: [
        [bin("next/dist/bin/next"), "typegen"],
        [bin("typescript/bin/tsc"), "--noEmit", "-p", "tests/tsconfig.json"],
      ],
    },
    {
      name: "lint",
      commands: [
        [bin("oxlint/bin/oxlint"), "-c", "tests/oxlint.json", "--type-aware", "--deny-warnings", ...paths],
      ],
    },
    {
      name: "format",
      commands: [
        [
          bin("@biomejs/biome/bin/biome"),
          "check",
          ...(write ? ["--write"] : []),
          "--config-path=tests/formatter.json",
          ...paths,
        ],
      ],
    },
    { name: "dead code", commands: [[bin("knip/bin/knip.js"), "--no-progress"]] },
    {
      name: "architecture",
      commands: [
        ["--test", "--test-reporter=dot", ...globSync("tests/architecture/*.test.ts", { cwd: root })],
      ],
    },
  ];
}
