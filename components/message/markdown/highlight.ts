/**
 * A piece of code: k word of the language, s string, c comment, d number, f name that is called; absent: the
 * rest.
 */
export interface CodePiece {
  kind?: "k" | "s" | "c" | "d" | "f";
  text: string;
}

type Family = "c" | "hash" | "sql" | "markup" | "css" | "json";

const families: Record<Family, string> = {
  c: "js jsx ts tsx javascript typescript mjs c h cpp c++ cc java kotlin kt swift go rust rs cs csharp php scala dart",
  hash: "python py ruby rb sh bash shell zsh yaml yml toml r perl pl elixir make makefile dockerfile ini",
  sql: "sql postgres postgresql mysql sqlite",
  markup: "html xml svg vue",
  css: "css scss less",
  json: "json jsonc json5",
};

const quoted = String.raw`"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'`;
const slashes = String.raw`\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)`;
/** Comments and strings of each family, as sources of regular expressions. */
const marks: Record<Family, { c: string; s: string }> = {
  c: { c: slashes, s: `${quoted}|${String.raw`\`(?:\\.|[^\`\\])*\``}` },
  hash: { c: String.raw`(?<![\w$])#[^\n]*`, s: String.raw`"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|${quoted}` },
  sql: { c: String.raw`--[^\n]*|\/\*[^]*?(?:\*\/|$)`, s: String.raw`'(?:''|[^'])*'|"[^"\n]*"` },
  markup: { c: String.raw`<!--[^]*?(?:-->|$)`, s: quoted },
  css: { c: String.raw`\/\*[^]*?(?:\*\/|$)`, s: quoted },
  json: { c: slashes, s: quoted },
};

const keywordsOfMany =
  "if else for while do return break continue switch case default try catch finally throw new in of true false null";
const keywords: Record<Family, string> = {
  c: `${keywordsOfMany} const let var function class extends super this import export from as async await yield typeof instanceof delete void static get set interface type enum implements namespace declare readonly public private protected abstract undefined number any unknown never int char float double bool boolean string long short unsigned struct union sizeof goto include define func package map chan go defer range select nil fn mut impl trait pub use mod match where self crate move ref loop val fun when object override final using foreach`,
  hash: `${keywordsOfMany} def class import from as with lambda pass raise except elif and or not is None True False async await yield global nonlocal assert del self then fi done esac function echo export local set unset end module require unless until begin rescue nil puts`,
  sql: "select from where and or not null is in as on join left right inner outer full cross group by order having limit offset insert into values update set delete create table index unique primary key foreign references default drop alter add column view with union all distinct case when then else end exists between like asc desc begin commit rollback explain analyze concurrently using returning if true false integer text boolean timestamp",
  markup: "",
  css: "",
  json: "true false null",
};

const matchers = new Map<Family, { pattern: RegExp; words: ReadonlySet<string> }>();

/**
 * Code of a language as pieces, whose texts joined are the code; undefined for a language that is not known
 * here.
 */
export function highlight(code: string, language: string): CodePiece[] | undefined {
  const family = familyOf(language);
  if (!family) return undefined;
  const { pattern, words } = matcherOf(family);
  const pieces: CodePiece[] = [];
  let at = 0;
  for (const match of code.matchAll(pattern)) {
    const kind = kindOf(match, family, words);
    if (!kind) continue;
    if (match.index > at) pieces.push({ text: code.slice(at, match.index) });
    pieces.push({ kind, text: match[0] });
    at = match.index + match[0].length;
  }
  if (at < code.length) pieces.push({ text: code.slice(at) });
  return pieces;
}

function familyOf(language: string): Family | undefined {
  const name = language.toLowerCase();
  for (const family of ["c", "hash", "sql", "markup", "css", "json"] as const)
    if (families[family].split(" ").includes(name)) return family;
  return undefined;
}

function matcherOf(family: Family): { pattern: RegExp; words: ReadonlySet<string> } {
  const known = matchers.get(family);
  if (known) return known;
  const { c, s } = marks[family];
  const number = String.raw`\b(?:0[xob][\da-f_]+|\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?)\w*`;
  const name = family === "markup" ? String.raw`(?<=<\/?)[\w:-]+` : String.raw`[A-Za-z_$][\w$]*`;
  const made = {
    pattern: new RegExp(`(?<c>${c})|(?<s>${s})|(?<d>${number})|(?<w>${name})`, "gi"),
    words: new Set(keywords[family].split(" ")),
  };
  matchers.set(family, made);
  return made;
}

function kindOf(match: RegExpExecArray, family: Family, words: ReadonlySet<string>): CodePiece["kind"] {
  const { c, s, d, w = "" } = match.groups ?? {};
  if (c !== undefined) return "c";
  if (s !== undefined) return "s";
  if (d !== undefined) return "d";
  if (family === "markup") return "k";
  if (words.has(family === "sql" ? w.toLowerCase() : w)) return "k";
  const next = match.input.slice(match.index + w.length, match.index + w.length + 2);
  return /^ ?\(/.test(next) && (next[0] === "(" || family === "sql") ? "f" : undefined;
}
