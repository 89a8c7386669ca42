import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { describe, test } from "node:test";
import { findViolations, type Sources } from "./find-violations.ts";

const root = join(import.meta.dirname, "../..");

test("our sources keep to the rooms, doors and bans of architecture.md §3", () => {
  assert.deepEqual(findViolations(ourSources()), []);
});

const page = `import "../components/chat/a.tsx";\nimport "../components/ui/button.tsx";\nimport "../lib/server.ts";\nimport "../lib/client/run-store.ts";\nimport { notFound } from "next/navigation";\n`;

const soundTree = {
  "app/page.tsx": page,
  "app/api/runs/route.ts": `import { route } from "../../../lib/http/route.ts";`,
  "components/chat/a.tsx": `import "../ui/button.tsx";\nimport { useState } from "react";\nimport { store } from "../../lib/client/run-store.ts";`,
  "components/ui/button.tsx": `import { useState } from "react";`,
  "instrumentation.ts": `import { server } from "./lib/server.ts";`,
  "lib/client/run-store.ts": `import { fold } from "../protocol/fold.ts";`,
  "lib/config.ts": `import { z } from "zod";\nexport const key = process.env.KEY;`,
  "lib/protocol/fold.ts": `import type { RunEvent } from "./run-event.ts";`,
  "lib/protocol/run-event.ts": `import { z } from "zod";`,
  "lib/http/route.ts": `import { a } from "../runs/a.ts";`,
  "lib/models/openai.ts": `import OpenAI from "openai";`,
  "lib/runs/a.ts": `import type { Storage } from "../storage/sqlite.ts";`,
  "lib/server.ts": `import { config } from "./config.ts";\nimport { openai } from "./models/openai.ts";\nimport "./storage/sqlite.ts";`,
  "lib/storage/sqlite.ts": `import { DatabaseSync } from "node:sqlite";\nimport type { RunEvent } from "../protocol/run-event.ts";`,
};

/**
 * A plant is a sound little tree with files added or replaced, and a pattern of the one complaint to expect.
 */
const plants: [title: string, files: Record<string, string>, complaint: RegExp | undefined][] = [
  ["a sound tree has no violation", {}, undefined],
  [
    "a tool is declared in the model interface's types, and an agent has it",
    {
      "lib/runs/a.ts": `import type { Storage } from "../storage/sqlite.ts";\nimport "../agents/assistant.ts";`,
      "lib/agents/assistant.ts": `import { addTool } from "../tools/add-tool.ts";`,
      "lib/tools/add-tool.ts": `import type { JsonSchema, ModelTool } from "../models/model-request.ts";`,
      "lib/models/model-request.ts": `export type JsonSchema = {};\nexport interface ModelTool {}`,
    },
    undefined,
  ],
  [
    "a room imports one it may not",
    { "lib/protocol/fold.ts": `import { a } from "../runs/a.ts";` },
    /protocol may not import runs/,
  ],
  [
    "a type crosses the same line",
    { "lib/protocol/fold.ts": `import type { A } from "../runs/a.ts";` },
    /may not import runs/,
  ],
  [
    "a type among values crosses it",
    { "lib/protocol/fold.ts": `import { type A } from "../runs/a.ts";` },
    /may not import runs/,
  ],
  [
    "an import over several lines crosses it",
    { "lib/protocol/fold.ts": `import {\n  a,\n  b,\n} from "../runs/a.ts";` },
    /runs/,
  ],
  [
    "a #-import crosses it",
    { "lib/protocol/fold.ts": `import { a } from "#lib/runs/a.ts";` },
    /may not import runs/,
  ],
  [
    "a re-export crosses it",
    { "lib/protocol/fold.ts": `export { a } from "../runs/a.ts";` },
    /may not import runs/,
  ],
  [
    "a star re-export crosses it",
    { "lib/protocol/fold.ts": `export * as a from "../runs/a.ts";` },
    /may not import runs/,
  ],
  [
    "a re-exported type crosses it",
    { "lib/protocol/fold.ts": `export type { A } from "../runs/a.ts";` },
    /runs/,
  ],
  [
    "a side-effect import crosses it",
    { "lib/protocol/fold.ts": `import "../runs/a.ts";` },
    /may not import runs/,
  ],
  [
    "a dynamic import crosses it",
    { "lib/protocol/fold.ts": `const a = await import("../runs/a.ts");` },
    /runs/,
  ],
  [
    "a require crosses it",
    { "lib/protocol/fold.ts": `const a = require("../runs/a.ts");` },
    /may not import runs/,
  ],
  [
    "a worker's address crosses it",
    { "lib/protocol/fold.ts": `new URL("../runs/a.ts", import.meta.url)` },
    /runs/,
  ],
  ["a computed import", { "lib/protocol/fold.ts": `await import(name);` }, /not written out/],
  [
    "something imports tests",
    { "lib/protocol/fold.ts": `import "../../tests/a.ts";` },
    /may not import tests/,
  ],
  [
    "a page imports a store",
    { "app/page.tsx": `${page}import "../lib/storage/a.ts";` },
    /pages may not import storage/,
  ],
  [
    "a route calls a use case past its handler",
    { "app/api/runs/route.ts": `import { a } from "../../../lib/runs/a.ts";` },
    /api may not import runs/,
  ],
  [
    "a model reads the configuration",
    { "lib/models/openai.ts": `import "../config.ts";` },
    /models may not import config/,
  ],
  [
    "a component imports the server",
    { "components/chat/a.tsx": `import "../../lib/server.ts";` },
    /components\/chat may not import server/,
  ],
  [
    "an arrow up inside components",
    { "components/ui/button.tsx": `import "../chat/a.tsx";` },
    /components\/ui may not import components\/chat/,
  ],
  [
    "an arrow across inside components",
    { "components/composer/a.tsx": `import "../sidebar/b.tsx";`, "components/sidebar/b.tsx": "" },
    /components\/composer may not import components\/sidebar/,
  ],
  [
    "a page reaches into the transcript",
    { "app/page.tsx": `${page}import "../components/transcript/a.tsx";`, "components/transcript/a.tsx": "" },
    /pages may not import components\/transcript/,
  ],
  [
    "a new drawer in components",
    { "components/shared/a.tsx": "", "components/chat/a.tsx": `import "../shared/a.tsx";` },
    /a\.tsx: belongs to no room/,
  ],
  [
    "a new drawer in lib",
    { "lib/shared/a.ts": "", "app/page.tsx": `${page}import "../lib/shared/a.ts";` },
    /no room/,
  ],
  [
    "openai by another door",
    { "lib/runs/a.ts": `import type OpenAI from "openai";` },
    /openai has another door/,
  ],
  [
    "a part of openai by another door",
    { "lib/runs/a.ts": `import { x } from "openai/streaming";` },
    /another door/,
  ],
  ["@vercel/kv by another door", { "lib/runs/a.ts": `import { kv } from "@vercel/kv";` }, /another door/],
  ["redis by another door", { "lib/runs/a.ts": `import { createClient } from "redis";` }, /another door/],
  [
    "node:sqlite by another door",
    { "lib/runs/a.ts": `import { DatabaseSync } from "node:sqlite";` },
    /another door/,
  ],
  [
    "node:sqlite past the import",
    { "lib/runs/a.ts": `process.getBuiltinModule("node:sqlite")` },
    /another door/,
  ],
  ["React in lib", { "lib/runs/a.ts": `import { useState } from "react";` }, /react has another door/],
  [
    "React in client, but not in a hook",
    { "lib/client/run-store.ts": `import "react";` },
    /react has another door/,
  ],
  ["Next in lib", { "lib/runs/a.ts": `import { NextResponse } from "next/server";` }, /another door/],
  [
    "Next's server part in a component",
    { "components/chat/a.tsx": `import { cookies } from "next/headers";` },
    /another door/,
  ],
  [
    "another maker of ids",
    { "lib/runs/a.ts": `import { nanoid } from "nanoid";` },
    /nanoid has another door/,
  ],
  [
    "process.env outside the configuration",
    { "lib/runs/a.ts": `const key = process.env.KEY;` },
    /process\.env/,
  ],
  [
    "process.env in the proxy",
    { "proxy.ts": `const port = process.env.PORT;` },
    /proxy\.ts: contains process\.env/,
  ],
  [
    "Next's own constants are no configuration",
    { "proxy.ts": `if (process.env.NODE_ENV === "x") run();` },
    undefined,
  ],
  ["process.env taken apart", { "lib/runs/a.ts": `const { env } = process;` }, /process\.env/],
  ["process.env by import", { "lib/runs/a.ts": `import { env } from "node:process";` }, /another door/],
  [
    "a cycle",
    { "lib/runs/a.ts": `import "./b.ts";`, "lib/runs/b.ts": `import "./a.ts";` },
    /cycle: .*a\.ts → .*b\.ts/,
  ],
  [
    "a cycle of types",
    { "lib/runs/a.ts": `import type {} from "./b.ts";`, "lib/runs/b.ts": `import type {} from "./a.ts";` },
    /cycle/,
  ],
  ["a barrel", { "lib/runs/index.ts": "", "lib/runs/a.ts": `import "./index.ts";` }, /is a barrel/],
  ["an orphan", { "lib/runs/lost.ts": "" }, /lost\.ts: is an orphan/],
  [
    "two orphans that hold on to each other's hands",
    { "lib/runs/lost.ts": `import "./gone.ts";`, "lib/runs/gone.ts": "" },
    /orphan/,
  ],
  [
    "zod in the browser",
    { "lib/client/run-store.ts": `import { z } from "zod";` },
    /loads zod into the browser/,
  ],
  [
    "zod's types among values in the browser",
    { "lib/protocol/fold.ts": `import { type ZodType } from "zod";` },
    /loads zod/,
  ],
  [
    "zod by way of another file",
    { "lib/protocol/fold.ts": `import { x } from "./run-event.ts";` },
    /fold\.ts → lib\/protocol\/run-event\.ts → zod/,
  ],
  [
    "raw HTML",
    { "components/chat/a.tsx": `<div dangerouslySetInnerHTML={{ __html: "" }} />` },
    /dangerouslySetInnerHTML/,
  ],
  ["innerHTML", { "components/chat/a.tsx": `node.innerHTML = "";` }, /innerHTML/],
  ["insertAdjacentHTML", { "components/chat/a.tsx": `node.insertAdjacentHTML("x", "");` }, /innerHTML/],
  ["document.write", { "components/chat/a.tsx": `document.write("");` }, /document\.write/],
  ["eval", { "lib/runs/a.ts": `eval("1")` }, /eval\(/],
  ["new Function", { "lib/runs/a.ts": `new Function("1")` }, /new Function/],
  ["srcDoc", { "components/chat/a.tsx": `<iframe srcDoc="" />` }, /srcdoc/],
  ["a random id", { "lib/runs/a.ts": `const id = Math.random();` }, /Math\.random/],
  ["a clock in a run", { "lib/runs/a.ts": `const at = Date.now();` }, /a clock or an id/],
  [
    "a violation in a comment is none",
    { "lib/runs/a.ts": `// import "react"; process.env\n/* eval( */` },
    undefined,
  ],
  ["a slash in a string hides nothing", { "lib/runs/a.ts": `const a = "//"; eval("1")` }, /eval\(/],
  [
    "a type of zod in the browser is fine",
    { "lib/protocol/fold.ts": `import type { z } from "zod"; import type {} from "./run-event.ts";` },
    undefined,
  ],
  [
    "a hook may use React",
    {
      "lib/client/use-run.ts": `import "react";`,
      "components/chat/a.tsx": `import "../../lib/client/use-run.ts";`,
    },
    undefined,
  ],
  ["a component may link", { "components/chat/a.tsx": `import Link from "next/link";` }, undefined],
  [
    "a record of a KV is encoded outside the codec",
    { "lib/storage/kv/runs.ts": `export const a = JSON.stringify({});` },
    /contains JSON outside kv\/codec/,
  ],
  ["a store may ask Redis to eval", { "lib/storage/sqlite.ts": `client.eval("…")` }, undefined],
];

describe("a planted violation is found", () => {
  for (const [title, files, complaint] of plants) {
    test(title, () => {
      const found = findViolations(new Map(Object.entries({ ...soundTree, ...files })));
      if (!complaint) return assert.deepEqual(found, []);
      assert.ok(
        found.some((violation) => complaint.test(violation)),
        `found only: ${found.join("; ") || "nothing"}`,
      );
    });
  }
});

function ourSources(): Sources {
  const rooms = "{app,components,lib,scripts}/**/*.{ts,tsx,mjs}";
  const files = globSync([rooms, "{proxy,instrumentation,tailwind.config}.ts", "next.config.mjs"], {
    cwd: root,
  });
  const paths = files.map((path) => path.split(sep).join("/")).sort();
  assert.ok(paths.length > 0, "no source was found, so nothing would be checked");
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), "utf8")]));
}
