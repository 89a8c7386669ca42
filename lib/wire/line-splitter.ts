/**
 * Splits a text that comes in pieces at LF, CR and CRLF. Searches the new text only: what is unfinished is
 * joined once, when its end arrives.
 */
export function createLineSplitter() {
  let unfinished = "";
  let afterCr = false;

  function push(text: string, onLine: (line: string) => void): void {
    let start = afterCr && text.startsWith("\n") ? 1 : 0;
    if (text !== "") afterCr = false;
    let lf = text.indexOf("\n", start);
    let cr = text.indexOf("\r", start);
    while (lf !== -1 || cr !== -1) {
      const end = cr === -1 || (lf !== -1 && lf < cr) ? lf : cr;
      onLine(unfinished === "" ? text.slice(start, end) : unfinished + text.slice(start, end));
      unfinished = "";
      start = end + 1;
      if (end === cr) {
        if (start === text.length) afterCr = true;
        else if (lf === start) start += 1;
        cr = text.indexOf("\r", start);
      }
      if (lf !== -1 && lf < start) lf = text.indexOf("\n", start);
    }
    if (start < text.length) unfinished += start === 0 ? text : text.slice(start);
  }
  return { push };
}
