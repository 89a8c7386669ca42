const maxEntryBytes = 2048;

/**
 * A log entry is one line of JSON of at most 2 KB: what people and models wrote cannot forge another, or move
 * a cursor.
 */
export function writeLine(line: Readonly<Record<string, unknown>>): void {
  const stamped = { time: new Date().toISOString(), ...line };
  const fits = [500, 100, 20].map((maxLength) => entryOf(stamped, maxLength)).find(isShort);
  process.stderr.write(
    `${fits ?? entryOf({ time: stamped.time, message: "an entry too long to be kept" }, 500)}\n`,
  );
}

const isShort = (entry: string): boolean => Buffer.byteLength(entry) < maxEntryBytes;

/** JSON leaves DEL, the C1 controls (an escape sequence may begin with one) and two line ends as they are. */
function entryOf(line: object, maxLength: number): string {
  const json = JSON.stringify(line, (_, value: unknown) =>
    typeof value === "string" && value.length > maxLength ? `${value.slice(0, maxLength)}…` : value,
  );
  return json.replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
