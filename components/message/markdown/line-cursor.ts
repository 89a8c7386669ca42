const TAB_STOP = 4;

/** A place in a line; `pad` are the columns of a tab that a container has only half used (CommonMark 2.2). */
export type LineCursor = { readonly line: string; at: number; column: number; pad: number };

export function startOfLine(line: string): LineCursor {
  return { line, at: 0, column: 0, pad: 0 };
}

/** Columns of blank space before the next character. */
export function indentOf(cursor: LineCursor): number {
  let column = cursor.column + cursor.pad;
  for (let at = cursor.at; ; at++) {
    const char = cursor.line.charAt(at);
    if (char === " ") column++;
    else if (char === "\t") column += TAB_STOP - (column % TAB_STOP);
    else return column - cursor.column;
  }
}

export function skipColumns(cursor: LineCursor, columns: number): void {
  let left = columns;
  while (left > 0) {
    const char = cursor.line.charAt(cursor.at);
    if (cursor.pad === 0 && char === "\t") {
      cursor.pad = TAB_STOP - (cursor.column % TAB_STOP);
      cursor.at++;
    } else if (cursor.pad === 0) {
      if (char === "") return;
      cursor.pad = 1;
      cursor.at++;
    }
    const used = Math.min(left, cursor.pad);
    cursor.pad -= used;
    cursor.column += used;
    left -= used;
  }
}

/** What is left of the line, a half-used tab as blanks. */
export function restOf(cursor: LineCursor): string {
  return " ".repeat(cursor.pad) + cursor.line.slice(cursor.at);
}

export function isBlank(cursor: LineCursor): boolean {
  return !/[^ \t]/.test(cursor.line.slice(cursor.at));
}
