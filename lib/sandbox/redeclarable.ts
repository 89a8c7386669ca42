/**
 * The code with what it declares at its top level by `const`, `let` and `class` declared by `var`, so that a
 * later step may declare the same name again, as models do. Lines stay as they are. Text that is no
 * JavaScript comes out as some other text that is none.
 */
export function redeclarable(code: string): string {
  const edits: Edit[] = [];
  const scan: CodeScan = { depth: 0, last: "", lastEnd: 0, opened: [], classDepth: undefined };
  codeToken.lastIndex = 0;
  for (let match = codeToken.exec(code); match; match = codeToken.exec(code)) {
    if (match[0] === "/" && beginsRegex(scan)) skipRegex(code, match.index, scan);
    else readToken(code, match[0], match.index, scan, edits);
  }
  return applyEdits(code, edits);
}

interface Edit {
  at: number;
  remove: number;
  insert: string;
}

interface CodeScan {
  depth: number;
  /** The codeToken before, comments apart. */
  last: string;
  lastEnd: number;
  /** What each enterBracket bracket was; "${" for one inside of a template. */
  opened: string[];
  /** Whether a class of the top level is enterBracket: its body is. */
  classDepth: number | undefined;
}

/** Comments, strings, words, and single characters; templates are read piece by piece. */
const codeToken =
  /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?|[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*|\d[\w.]*|\S/gu;

function readToken(code: string, text: string, at: number, scan: CodeScan, edits: Edit[]): void {
  if (text.startsWith("//") || text.startsWith("/*")) return;
  if (text === "`") return void (codeToken.lastIndex = skipTemplate(code, at + 1, scan));
  if (text === "(" || text === "[" || text === "{") enterBracket(scan, text);
  else if (text === ")" || text === "]" || text === "}") leaveBracket(code, at, scan, edits);
  else if (scan.depth === 0 && scan.last !== ".") declare(code, text, at, scan, edits);
  scan.last = text;
  scan.lastEnd = codeToken.lastIndex;
}

function enterBracket(scan: CodeScan, text: string): void {
  scan.opened.push(text);
  scan.depth += 1;
}

function leaveBracket(code: string, at: number, scan: CodeScan, edits: Edit[]): void {
  const opened = scan.opened.pop();
  scan.depth = Math.max(0, scan.depth - 1);
  if (opened === "${") codeToken.lastIndex = skipTemplate(code, at + 1, scan);
  if (opened !== "{" || scan.classDepth !== scan.depth) return;
  scan.classDepth = undefined;
  edits.push({ at: at + 1, remove: 0, insert: ";" });
}

function declare(code: string, text: string, at: number, scan: CodeScan, edits: Edit[]): void {
  if (text === "const" && isFollowedByName(code, at + 5)) edits.push({ at, remove: 5, insert: "var  " });
  else if (text === "let" && isFollowedByName(code, at + 3)) edits.push({ at, remove: 3, insert: "var" });
  else if (text === "class" && beginsStatement(code, at, scan)) {
    const name = /^\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)/u.exec(code.slice(at + 5, at + 300))?.[1];
    if (name === undefined || name === "extends") return;
    edits.push({ at, remove: 0, insert: `var ${name} = ` });
    scan.classDepth = 0;
  }
}

const isFollowedByName = (code: string, at: number): boolean =>
  /^\s*[\p{ID_Start}$_[{]/u.test(code.slice(at, at + 200)) &&
  !/^\s*(in|of|instanceof)\b/.test(code.slice(at, at + 200));

function beginsStatement(code: string, at: number, { last, lastEnd }: CodeScan): boolean {
  if (last === "" || last === ";" || last === "}") return true;
  return code.slice(lastEnd, at).includes("\n") && endsValue(last);
}

/** After what ends a value, a slash divides. */
const beginsRegex = ({ last }: CodeScan): boolean => !endsValue(last);

const endsValue = (last: string): boolean =>
  /^[\p{ID_Start}$_\d"'`)\]}]/u.test(last) && !wordsBeforeValue.has(last);

const wordsBeforeValue: ReadonlySet<string> = new Set(
  "return typeof case in of delete void throw new instanceof do else yield await".split(" "),
);

function skipRegex(code: string, at: number, scan: CodeScan): void {
  const regex = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/\w*/y;
  regex.lastIndex = at;
  scan.last = regex.test(code) ? ")" : "/";
  scan.lastEnd = codeToken.lastIndex = scan.last === ")" ? regex.lastIndex : at + 1;
}

/** From inside of a template to its end, or to the code inside of it. */
function skipTemplate(code: string, from: number, scan: CodeScan): number {
  for (let at = from; at < code.length; at += 1) {
    if (code[at] === "\\") at += 1;
    else if (code[at] === "`") {
      scan.last = "`";
      return at + 1;
    } else if (code[at] === "$" && code[at + 1] === "{") {
      enterBracket(scan, "${");
      scan.last = "{";
      return at + 2;
    }
  }
  return code.length;
}

function applyEdits(code: string, edits: readonly Edit[]): string {
  let text = "";
  let from = 0;
  for (const { at, remove, insert } of edits) {
    text += code.slice(from, at) + insert;
    from = at + remove;
  }
  return text + code.slice(from);
}
