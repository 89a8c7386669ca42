import { posix } from "node:path";

export type Import = {
  /** A path from the root for one of our files, otherwise the specifier as written. */
  target: string;
  isLocal: boolean;
  isType: boolean;
};

const literal = String.raw`["'\`]([^"'\`\n]+)["'\`]`;
const forms: { pattern: RegExp; type?: number; specifier: number }[] = [
  {
    pattern: new RegExp(String.raw`^\s*import\s+(type\s+)?[^"';()]*?\bfrom\s*${literal}`, "gm"),
    type: 1,
    specifier: 2,
  },
  { pattern: new RegExp(String.raw`^\s*import\s*${literal}`, "gm"), specifier: 1 },
  {
    pattern: new RegExp(
      String.raw`^\s*export\s+(type\s+)?(?:\*[^"';]*?|\{[^}]*\}\s*)from\s*${literal}`,
      "gm",
    ),
    type: 1,
    specifier: 2,
  },
  { pattern: new RegExp(String.raw`\bimport\s*\(\s*${literal}`, "g"), specifier: 1 },
  { pattern: new RegExp(String.raw`\brequire(?:\.resolve)?\s*\(\s*${literal}`, "g"), specifier: 1 },
  { pattern: new RegExp(String.raw`\bgetBuiltinModule\s*\(\s*${literal}`, "g"), specifier: 1 },
  // A worker's file is loaded by its address.
  {
    pattern: new RegExp(
      String.raw`new URL\(\s*["'](\.[^"'\n]+\.(?:ts|tsx|mjs|js))["'],\s*import\.meta\.url`,
      "g",
    ),
    specifier: 1,
  },
];

/**
 * Everything that `source`, the file at `path`, loads: static, type-only, re-exported, dynamic and required.
 */
export function readImports(path: string, source: string): Import[] {
  const code = withoutComments(source);
  return forms.flatMap(({ pattern, type, specifier }) =>
    [...code.matchAll(pattern)].map((match) => ({
      ...resolve(path, match[specifier] ?? ""),
      isType: type !== undefined && match[type] !== undefined,
    })),
  );
}

/** Comments become blanks; strings stay, so that `"//"` in one does not hide the rest of its line. */
export function withoutComments(source: string): string {
  const token =
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return source.replace(token, (match, text?: string) => text ?? match.replace(/[^\n]/g, " "));
}

function resolve(path: string, specifier: string): Pick<Import, "target" | "isLocal"> {
  if (specifier.startsWith("#")) return { target: specifier.slice(1), isLocal: true };
  if (!specifier.startsWith(".")) return { target: specifier, isLocal: false };
  return { target: posix.join(posix.dirname(path), specifier), isLocal: true };
}
