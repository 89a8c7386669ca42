import { parseSync, visitorKeys } from "oxc-parser";

/** A piece of a file, and the line that it begins on, from 1. */
export interface Spot {
  text: string;
  line: number;
}

export interface SourceFile {
  /** The text between the marks. */
  comments: readonly Spot[];
  /**
   * Every name that is given: to values, types, parameters, fields, keys without quotes, labels, and by
   * aliases of imports and exports.
   */
  declared: readonly Spot[];
  /** The names at the top of the module, exported or not; no imports and no re-exports. */
  topNames: readonly Spot[];
  /** The titles of tests and suites that stand in quotes. */
  titles: readonly Spot[];
  functions: readonly MeasuredFunction[];
}

export interface MeasuredFunction extends Spot {
  /** Lines with code of its own: no blank lines, no comments, nothing of the functions inside it. */
  ownLines: number;
}

/** A node of the tree that oxc makes (ESTree with TypeScript): what a walk over all types needs of it. */
interface Node {
  type: string;
  start: number;
  end: number;
  [field: string]: unknown;
}

interface Visit {
  node: Node;
  parent: Node | undefined;
  isTop: boolean;
}

/** Reads what the style rules judge from the text of the file at `path`. Throws if it cannot be parsed. */
export function readSource(path: string, text: string): SourceFile {
  const { program, comments, errors } = parseSync(path, text);
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`);
  const lineOf = lineFinder(text);
  const spot = (found: { start: number }, words: string): Spot => ({
    text: words,
    line: lineOf(found.start),
  });
  const spots = (nodes: readonly Node[]): Spot[] => nodes.map((node) => spot(node, nameIn(node)));
  const visits = walk(asNode(program));
  const code = blanked(text, comments);
  return {
    comments: comments.map((comment) => spot(comment, comment.value)),
    declared: spots(visits.flatMap(({ node, parent }) => namesDeclaredBy(node, parent))),
    topNames: spots(visits.filter(({ isTop }) => isTop).flatMap(({ node }) => topNamesOf(node))),
    titles: visits.flatMap(({ node }) => titlesOf(node)).map((node) => spot(node, String(node.value))),
    functions: visits
      .filter(({ node }) => isFunction(node))
      .map(({ node, parent }) => ({
        ...spot(node, functionName(node, parent)),
        ownLines: ownLinesOf(node, code),
      })),
  };
}

// Cast: oxc's union of all node types, seen as the least of them.
const asNode = (tree: object): Node => tree as Node;

/** Every node in the order of the text. One list for all: the trees are deep, and there are many. */
function walk(node: Node, parent?: Node, isTop = false, visits: Visit[] = []): Visit[] {
  visits.push({ node, parent, isTop });
  const isModule = node.type === "Program" || (isTop && node.type.startsWith("Export"));
  for (const child of childrenOf(node)) walk(child, node, isModule, visits);
  return visits;
}

function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  for (const key of visitorKeys[node.type] ?? []) {
    const value = node[key];
    if (Array.isArray(value)) children.push(...value.filter(isNode));
    else if (isNode(value)) children.push(value);
  }
  return children;
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "type" in value && "start" in value;

const nodesAt = (node: Node, field: string): Node[] => [node[field]].flat().filter(isNode);

const typeNames = /^(Class|Function|TSInterface|TSTypeAlias|TSEnum)Declaration$|^TSDeclareFunction$/;

function topNamesOf(node: Node): Node[] {
  if (typeNames.test(node.type)) return nodesAt(node, "id");
  if (node.type !== "VariableDeclaration") return [];
  return nodesAt(node, "declarations").flatMap((each) => nodesAt(each, "id").flatMap(boundNames));
}

function namesDeclaredBy(node: Node, parent: Node | undefined): Node[] {
  if (typeNames.test(node.type)) return [...nodesAt(node, "id"), ...paramNames(node)];
  switch (node.type) {
    case "VariableDeclarator":
      return nodesAt(node, "id").flatMap(boundNames);
    case "CatchClause":
      return nodesAt(node, "param").flatMap(boundNames);
    case "TSTypeParameter":
      return nodesAt(node, "name");
    case "FunctionExpression":
    case "ClassExpression":
      return [...nodesAt(node, "id"), ...paramNames(node)];
    case "LabeledStatement":
      return nodesAt(node, "label");
    case "ImportSpecifier":
      return aliasOf(node, "imported", "local");
    case "ImportDefaultSpecifier":
    case "ImportNamespaceSpecifier":
      return nodesAt(node, "local");
    case "ExportSpecifier":
      return aliasOf(node, "local", "exported");
    case "ExportAllDeclaration":
      return nodesAt(node, "exported");
    case "Property":
      return parent?.type === "ObjectExpression" && !node.shorthand ? keyOf(node) : [];
    case "TSPropertySignature":
    case "TSMethodSignature":
    case "PropertyDefinition":
    case "MethodDefinition":
      return [...keyOf(node), ...paramNames(node)];
    default:
      return paramNames(node);
  }
}

const keyOf = (node: Node): Node[] =>
  node.computed ? [] : nodesAt(node, "key").filter(({ type }) => type === "Identifier");

/** The second name, if it is another than the first: an import or export under its own name gives none. */
function aliasOf(node: Node, from: string, to: string): Node[] {
  const [before] = nodesAt(node, from);
  return nodesAt(node, to).filter((after) => !before || nameIn(after) !== nameIn(before));
}

const paramNames = (node: Node): Node[] => nodesAt(node, "params").flatMap(boundNames);

/** The names that a pattern binds, such as `b` and `c` in `{ a: b, ...c }`. */
function boundNames(pattern: Node): Node[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern];
    case "ObjectPattern":
      return nodesAt(pattern, "properties").flatMap(boundNames);
    case "Property":
      return nodesAt(pattern, "value").flatMap(boundNames);
    case "ArrayPattern":
      return nodesAt(pattern, "elements").flatMap(boundNames);
    case "AssignmentPattern":
      return nodesAt(pattern, "left").flatMap(boundNames);
    case "RestElement":
      return nodesAt(pattern, "argument").flatMap(boundNames);
    default:
      return [];
  }
}

const nameIn = (node: Node): string => (typeof node.name === "string" ? node.name : "");

const testFunctions = /^(test|it|describe|suite)$/;

function titlesOf(node: Node): Node[] {
  const [callee] = nodesAt(node, "callee");
  const [title] = nodesAt(node, "arguments");
  if (node.type !== "CallExpression" || !callee || !testFunctions.test(nameIn(callee))) return [];
  return title && typeof title.value === "string" ? [title] : [];
}

const isFunction = ({ type, body }: Node): boolean =>
  isNode(body) && /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(type);

function functionName(node: Node, parent: Node | undefined): string {
  const [own] = nodesAt(node, "id");
  const [given] = own ? [own] : [...nodesAt(parent ?? node, "id"), ...nodesAt(parent ?? node, "key")];
  return (given && nameIn(given)) || "a function";
}

/** Lines on which something stands that is neither a comment nor of a function inside this one. */
function ownLinesOf(node: Node, code: string): number {
  const inside = childrenOf(node).flatMap(outermostFunctions);
  const ranges = inside.map(({ start, end }) => ({ start: start - node.start, end: end - node.start }));
  return blanked(code.slice(node.start, node.end), ranges)
    .split("\n")
    .filter((line) => line.trim() !== "").length;
}

const outermostFunctions = (node: Node): Node[] =>
  isFunction(node) ? [node] : childrenOf(node).flatMap(outermostFunctions);

/** `text` with blanks in place of the ranges, which stand in order; its lines are kept. */
function blanked(text: string, ranges: readonly { start: number; end: number }[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const { start, end } of ranges) {
    pieces.push(text.slice(at, start), text.slice(start, end).replace(/[^\n]/g, " "));
    at = end;
  }
  return pieces.join("") + text.slice(at);
}

/** Which line, from 1, an offset lies in. */
function lineFinder(text: string): (at: number) => number {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return (at) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= at) low = middle;
      else high = middle;
    }
    return high;
  };
}
