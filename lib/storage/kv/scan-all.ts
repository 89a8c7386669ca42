/** One step of `SCAN`. The first cursor, and the one after the last step, is "0". */
export type Scan = (pattern: string, cursor: string) => Promise<{ next: string; found: readonly string[] }>;

/** All keys that exist from the beginning to the end of the scan, each once. */
export async function scanAll(scan: Scan, pattern: string): Promise<string[]> {
  const keys = new Set<string>();
  let cursor = "0";
  do {
    const { next, found } = await scan(pattern, cursor);
    for (const key of found) keys.add(key);
    cursor = next;
  } while (cursor !== "0");
  return [...keys];
}
