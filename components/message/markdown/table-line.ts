import type { Column } from "./block.ts";

/** The columns a delimiter row (`|:--|--:|`) declares, or null when the line is none. */
export function readDelimiterRow(line: string): readonly Column[] | null {
  if (!line.includes("|") || !line.includes("-") || !/^[|:\- \t]+$/.test(line)) return null;
  const cells = splitRow(line);
  if (!cells.every((cell) => /^:?-+:?$/.test(cell))) return null;
  return cells.map((cell) => {
    if (!cell.endsWith(":")) return cell.startsWith(":") ? "left" : "plain";
    return cell.startsWith(":") ? "center" : "right";
  });
}

/** The cells of a row: pipes separate unless escaped, also inside code (GFM 4.10). */
export function splitRow(line: string): string[] {
  const inner = line.trim().replace(/^\|/, "");
  const cells: string[] = [];
  let from = 0;
  for (let at = 0; at < inner.length; at++) {
    const char = inner.charAt(at);
    if (char === "\\") at++;
    else if (char === "|") {
      cells.push(inner.slice(from, at));
      from = at + 1;
    }
  }
  if (from < inner.length) cells.push(inner.slice(from));
  return cells.map((cell) => cell.replaceAll("\\|", "|").trim());
}
