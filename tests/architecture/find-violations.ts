import { type Import, readImports, withoutComments } from "./read-imports.ts";
import { allowedRooms, bannedText, doors, entries, roomOf, workerLoader, zodFree } from "./rules.ts";

/** Our sources: path from the root → text. */
export type Sources = ReadonlyMap<string, string>;
type Graph = ReadonlyMap<string, readonly Import[]>;

/** One line for each breach of architecture.md §3 in `sources`, in a stable order. */
export function findViolations(sources: Sources): string[] {
  const graph: Graph = new Map([...sources].map(([path, text]) => [path, readImports(path, text)]));
  return [
    ...homeless(sources),
    ...forbiddenRooms(graph),
    ...forbiddenPackages(graph),
    ...unreadableImports(sources),
    ...bannedWords(sources),
    ...barrels(sources),
    ...cycles(graph),
    ...orphans(graph),
    ...zodOnTheClient(graph),
  ];
}

function homeless(sources: Sources): string[] {
  return [...sources.keys()]
    .filter((path) => allowedRooms[roomOf(path) ?? ""] === undefined)
    .map((path) => `${path}: belongs to no room of the table`);
}

function forbiddenRooms(graph: Graph): string[] {
  return eachImport(graph, (path, { target, isLocal }) => {
    const from = roomOf(path);
    const to = roomOf(target);
    if (!isLocal || from === undefined || from === to || /\.css$|^package\.json$/.test(target))
      return undefined;
    if (to !== undefined && allowedRooms[from]?.includes(to)) return undefined;
    return `${path}: ${from} may not import ${to ?? "a file outside the rooms"} (${target})`;
  });
}

function forbiddenPackages(graph: Graph): string[] {
  return eachImport(graph, (path, { target, isLocal }) => {
    const door = isLocal ? undefined : doors.find((candidate) => candidate.package.test(target));
    if (!door || door.files.test(path)) return undefined;
    return `${path}: the package ${target} has another door`;
  });
}

/** An import whose target is computed escapes every other rule. */
function unreadableImports(sources: Sources): string[] {
  return [...sources]
    .filter(([path]) => !path.startsWith("scripts/") && path !== workerLoader)
    .filter(([, text]) => /\b(import|require)\s*\(\s*(?!["'`)])/.test(withoutComments(text)))
    .map(([path]) => `${path}: imports something whose name is not written out`);
}

function bannedWords(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) =>
    bannedText
      .filter(({ files, text: banned }) => files.test(path) && banned.test(withoutComments(text)))
      .map(({ name }) => `${path}: contains ${name}`),
  );
}

function barrels(sources: Sources): string[] {
  return [...sources.keys()]
    .filter((path) => /(^|\/)index\.\w+$/.test(path))
    .map((path) => `${path}: is a barrel`);
}

/**
 * Depth first; a file met again on the way down closes a cycle, a file left behind is known to be in none.
 */
function cycles(graph: Graph): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, way: readonly string[]) => {
    if (way.includes(path)) found.push(`cycle: ${[...way.slice(way.indexOf(path)), path].join(" → ")}`);
    if (done.has(path) || way.includes(path)) return;
    for (const { target, isLocal } of graph.get(path) ?? []) if (isLocal) visit(target, [...way, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return found;
}

function orphans(graph: Graph): string[] {
  const paths = [...graph.keys()];
  // Before the first page nothing can be reached, and everything would be called an orphan.
  if (!paths.some((path) => path.startsWith("app/"))) return [];
  const reached = new Set(paths.filter((path) => entries.some((entry) => entry.test(path))));
  for (const path of reached) {
    for (const { target, isLocal } of graph.get(path) ?? []) if (isLocal) reached.add(target);
  }
  return paths.filter((path) => !reached.has(path)).map((path) => `${path}: is an orphan`);
}

function zodOnTheClient(graph: Graph): string[] {
  return [...graph.keys()]
    .filter((path) => zodFree.test(path))
    .map((path) => wayToZod(graph, path, new Set()))
    .filter((way) => way !== undefined)
    .map((way) => `${way[0]}: loads zod into the browser (${way.join(" → ")})`);
}

function wayToZod(graph: Graph, path: string, seen: Set<string>): string[] | undefined {
  if (seen.has(path)) return undefined;
  seen.add(path);
  for (const { target, isLocal, isType } of graph.get(path) ?? []) {
    if (isType) continue;
    if (!isLocal && /^zod(\/|$)/.test(target)) return [path, target];
    const way = isLocal ? wayToZod(graph, target, seen) : undefined;
    if (way) return [path, ...way];
  }
  return undefined;
}

function eachImport(graph: Graph, judge: (path: string, found: Import) => string | undefined): string[] {
  return [...graph].flatMap(([path, found]) =>
    found.map((one) => judge(path, one)).filter((violation) => violation !== undefined),
  );
}
