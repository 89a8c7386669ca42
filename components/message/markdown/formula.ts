/** A formula: its source without the marks around it, and where it ends. */
export type Formula = { readonly source: string; readonly display: boolean; readonly end: number };

const forms = [
  { opener: "\\(", display: false, whole: /\\\(((?:[^\\]|\\[^)])*)\\\)/y, isOne: isInParentheses },
  { opener: "\\[", display: true, whole: /\\\[((?:[^\\]|\\[^\]])*)\\\]/y, isOne: isInBrackets },
  { opener: "$$", display: true, whole: /\$\$((?:[^\\$]|\\[^])+)\$\$/y, isOne: isNotEmpty },
  { opener: "$", display: false, whole: /\$((?:[^\\$\n`]|\\[^\n])+)\$/y, isOne: isNoMoney },
];

/** The formula that begins at `at`; "open": its end has not come, or never will; null: there is none. */
export function readFormula(source: string, at: number): Formula | "open" | null {
  const form = forms.find(({ opener }) => source.startsWith(opener, at));
  if (!form) return null;
  form.whole.lastIndex = at;
  const [whole, content = ""] = form.whole.exec(source) ?? [];
  if (whole === undefined) return "open";
  const end = at + whole.length;
  return form.isOne(content, source, at, end) ? { source: content, display: form.display, end } : null;
}

function isNotEmpty(content: string): boolean {
  return content.trim() !== "";
}

/** Two words beside each other, or Chinese ones: parentheses and brackets that were only escaped. */
const isOfWords = (content: string): boolean =>
  !content.includes("\\") && /\p{L}{3,}[\s,]+\p{L}{3,}|[\u3040-\u30FF\u3400-\u9FFF]/u.test(content);

/** Whether what stands behind an opener, before its end has come, can hardly be words. */
export const isFormulaSoFar = (content: string): boolean =>
  /[\\^_=+<>{}*]/.test(content) && !isOfWords(content);

function isInParentheses(content: string): boolean {
  return isNotEmpty(content) && !isOfWords(content);
}

/** Whether `\[ … \]` in a line is a formula: brackets are escaped more often than parentheses. */
export function isInBrackets(content: string): boolean {
  return /[^\\]\\[^\\]|^\\[a-z]|[\^_=+<>{}*/]|\S\s+-\s/i.test(content) && !isOfWords(content);
}

/** As pandoc tells a formula from an amount, and a little more: “$5 and $10”, “US$3 or 4$”. */
function isNoMoney(content: string, source: string, at: number, end: number): boolean {
  if (/[\w$\\]/.test(source.charAt(at - 1))) return false;
  if (/[\w$]/.test(source.charAt(end)) && !isOrdinal(content, source.slice(end, end + 3))) return false;
  if (/^\s|\s$/.test(content) || /[\u3040-\u30FF\u3400-\u9FFF]/.test(content.replace(/\\\w+\{[^}]*\}/g, "")))
    return false;
  if (content.includes("\\")) return true;
  if (/(?:^|\s)\p{L}{2,}(?:\s|$)/u.test(content) && /\s/.test(content)) return false;
  return !/\s/.test(content) || /[\^_=<>+{}|*/-]/.test(content) || isTuple(content);
}

/** The $n$th, all $x_i$s. */
const isOrdinal = (content: string, after: string): boolean =>
  /^(?:\p{L}$|.*[\\^_])/u.test(content) && /^(?:th|st|nd|rd|s)(?!\w)/.test(after);

/** Names and numbers beside each other: $(a, b)$, $f(x, y)$, $[0, 1]$. */
const isTuple = (content: string): boolean =>
  /^(?:[([]|\p{L})[\p{L}\d.,;:()[\]!' ]*$/u.test(content) &&
  /[,(]/.test(content) &&
  !/\p{L}{3}/u.test(content);
