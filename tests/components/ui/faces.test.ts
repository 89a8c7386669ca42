import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const styles = readFileSync(join(import.meta.dirname, "../../../components/ui/tokens.css"), "utf8");
const listOf = (name: string): string[] =>
  [...(new RegExp(`--${name}:([^;]*);`).exec(styles)?.[1] ?? "").matchAll(/"([^"]+)"/g)].map(
    ([, face = ""]) => face,
  );

/** Faces whose Latin letters are those of Chinese type. */
const han = /CJK|PingFang|YaHei|Songti/;

test("whatever the system, a face with Latin letters stands before every Chinese one", () => {
  const systems: [list: string, faces: readonly RegExp[]][] = [
    ["latin", [/Segoe/, /Helvetica/, /Roboto/, /Liberation/, /DejaVu/]],
    ["serif", [/Georgia/, /Noto Serif$/, /Liberation/, /DejaVu/, /Times/]],
    ["mono", [/Consolas/, /Menlo/, /Roboto/, /Liberation/, /DejaVu/, /Courier/]],
  ];
  for (const [list, faces] of systems) {
    const listed = listOf(list);
    const first = listed.findIndex((face) => han.test(face));
    const latin = first < 0 ? listed : listed.slice(0, first);
    for (const face of faces)
      assert.ok(
        latin.some((each) => face.test(each)),
        `${list}: ${face}`,
      );
  }
  assert.match(styles, /--sans: var\(--latin\), system-ui, var\(--han\)/);
});
