import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "../..");

/** A block of TypeScript of a page that begins with the path of a file, and what is to be done with it. */
export interface PastedBlock {
  path: string;
  /** The block is a new file, or lines for one that is there. */
  isNew: boolean;
  code: string;
}

/** The blocks of a page, in its order. Throws for a block of TypeScript that names no file. */
export function pastedBlocks(page: string): PastedBlock[] {
  const text = readFileSync(join(root, page), "utf8");
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => {
    const [first = "", ...rest] = block.split("\n");
    const [, path, where] =
      /^\/\/ ([\w./-]+\.ts)(: at the top, and at the end of the list)?$/.exec(first) ?? [];
    if (path === undefined) throw new Error(`${page}: a block names no file: ${first}`);
    return { path, isNew: where === undefined, code: rest.join("\n") };
  });
}

/** What a script of the clone needs, and what its build does beside that. */
const sources = ["lib", "tests/support", "package.json"];
const builtSources = [
  ...["app", "components", "scripts", "package-lock.json", "tsconfig.json"],
  ...["next.config.mjs", "tailwind.config.ts", "proxy.ts", "instrumentation.ts"],
];

/**
 * Copies the sources to a directory of its own, pastes the blocks as a newcomer would, and returns it.
 * `isBuilt`: the whole program is to be built there, which takes packages inside of it.
 */
export function pastedClone(blocks: readonly PastedBlock[], { isBuilt = false } = {}): string {
  const dir = mkdtempSync(join(tmpdir(), "rivulet-pasted-"));
  for (const each of [...sources, ...(isBuilt ? builtSources : [])])
    cpSync(join(root, each), join(dir, each), { recursive: true });
  const packages = [join(root, "node_modules"), join(dir, "node_modules")] as const;
  if (isBuilt) cpSync(...packages, { recursive: true, verbatimSymlinks: true });
  else symlinkSync(...packages);
  for (const { path, isNew, code } of blocks) {
    const file = join(dir, path);
    if (isNew === existsSync(file)) throw new Error(`${path} ${isNew ? "is there already" : "is not there"}`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, isNew ? code : withLines(readFileSync(file, "utf8"), code));
  }
  return dir;
}

/** Imports at the top, what else there is at the end of the one list. */
function withLines(source: string, code: string): string {
  const lines = code.split("\n").filter((line) => line.trim() !== "");
  const imports = lines.filter((line) => line.startsWith("import "));
  const items = lines.filter((line) => !line.startsWith("import "));
  const end = source.lastIndexOf("];");
  const list = source.slice(0, end).trimEnd().replace(/,$/, "");
  return `${imports.join("\n")}\n${list}, ${items.join(" ")}\n${source.slice(end)}`;
}
