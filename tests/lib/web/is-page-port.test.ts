import assert from "node:assert/strict";
import { test } from "node:test";
import { isPagePort } from "#lib/web/is-page-port.ts";

test("pages lie at any port but those of mail, of shells and the like", () => {
  for (const port of [80, 443, 3000, 8080, 65_535]) assert.ok(isPagePort(port), `${port}`);
  for (const port of [0, 21, 22, 25, 53, 110, 587, 6667]) assert.ok(!isPagePort(port), `${port}`);
});

test("each of them is one that a browser refuses, as fetch does here", async () => {
  const known = [...Array(11_000).keys()].filter((port) => !isPagePort(port));
  const faults = known
    .filter((port) => port > 0)
    .map((port) =>
      fetch(`http://127.0.0.1:${port}/`).then(
        () => "",
        ({ cause }: Error) => String(cause),
      ),
    );
  assert.deepEqual(
    (await Promise.all(faults)).filter((fault) => !/bad port/.test(fault)),
    [],
  );
});
