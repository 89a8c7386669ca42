/** A log entry is one line of JSON of at most 2 KB: what people and models wrote cannot forge another. */
export function writeLine(line: Readonly<Record<string, unknown>>): void {
  const entry = JSON.stringify({ time: new Date().toISOString(), ...line }, (_, value: unknown) =>
    typeof value === "string" && value.length > 500 ? `${value.slice(0, 500)}…` : value,
  );
  process.stderr.write(`${entry.replace(/[\u2028\u2029]/g, " ").slice(0, 2000)}\n`);
}
