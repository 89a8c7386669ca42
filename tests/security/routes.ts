import { globSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";

const root = join(import.meta.dirname, "../..");

/** `GET /api/runs/[runId]`, for every method that a route file exports. */
export const routesInTheTree = (): string[] =>
  globSync("app/api/**/route.ts", { cwd: root })
    .map((path) => path.split(sep).join("/"))
    .flatMap((path) =>
      methodsOf(readFileSync(join(root, path), "utf8")).map(
        (method) => `${method} /${path.slice("app/".length, -"/route.ts".length)}`,
      ),
    )
    .sort();

/** `/c/[conversationId]`, for every page. */
export const pagesInTheTree = (): string[] =>
  globSync("app/**/page.tsx", { cwd: root })
    .map((path) =>
      path
        .split(sep)
        .join("/")
        .replace(/^app/, "")
        .replace(/\/\([^)]*\)/g, ""),
    )
    .map((path) => path.slice(0, -"/page.tsx".length) || "/")
    .sort();

const method = "GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS";

function methodsOf(source: string): string[] {
  const declared = source.matchAll(
    new RegExp(`export (?:const|async function|function) (${method})\\b`, "g"),
  );
  const lists = [...source.matchAll(/export (?:const )?\{([^}]*)\}/g)].map(([, names = ""]) => names);
  const listed = lists.join(",").matchAll(new RegExp(`(?:^|,|\\bas)\\s*(${method})\\b\\s*(?=,|$)`, "g"));
  const found = [...declared, ...listed].map(([, name = ""]) => name);
  if (found.length === 0) throw new Error("a route file without a method that can be read");
  return found;
}
