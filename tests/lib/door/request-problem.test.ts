import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { doorBounds } from "#lib/door/door-bounds.ts";
import { requestProblem } from "#lib/door/request-problem.ts";
import { routes } from "#lib/http/routes.ts";

const head = (method: string, url: string, headers: Record<string, string> = {}) => ({
  ...{ method, url, headers },
  rawHeaders: Object.entries(headers).flat(),
});
const statusOf = (...given: Parameters<typeof head>) => requestProblem(head(...given), 1000)?.status;

const json = { "content-type": "application/json" };
const bodies: [string, Record<string, string>][] = [
  ["a length", { ...json, "content-length": "2" }],
  ["9.9 MB", { ...json, "content-length": "9900000" }],
  ["chunks", { ...json, "transfer-encoding": "chunked" }],
  ["text", { "content-type": "text/plain", "content-length": "2" }],
  ["no type", { "content-length": "2" }],
];

/** A letter as an address may spell it. */
const hex = (letter: string): string => `%${letter.charCodeAt(0).toString(16)}`;

/** Whatever is no address of the API with a body of its own. */
const pages = [
  "/",
  "/settings",
  "/c/x",
  "/_next/static/x.js",
  "/_next/image",
  "/icon.svg",
  "/nothing",
  "/api",
];

/** As they are answered in lib/http: a method takes a body if its route reads JSON there. */
const apiMethods = Object.entries(routes).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => ({ method, path, takesBody: readsJson(path, method) })),
);

function readsJson(path: string, method: string): boolean {
  const folder = join(import.meta.dirname, "../../../lib/http/routes");
  const table = readFileSync(join(folder, "../routes.ts"), "utf8");
  const name = table.split(`"${path}": `)[1]?.split(",", 1)[0] ?? assert.fail(path);
  const [file = ""] = globSync("*.ts", { cwd: folder }).filter((each) =>
    readFileSync(join(folder, each), "utf8").includes(`export const ${name} `),
  );
  const source = readFileSync(join(folder, file), "utf8").split(`export const ${name} `)[1] ?? "";
  const own = source.split(new RegExp(`^  ${method}: `, "m"))[1]?.split(/^ {2}\S*\),$/m, 1)[0] ?? "";
  return own.includes("readJson(");
}

test("only what reads JSON takes a body, JSON and no larger than the bound; all else is refused by its head", () => {
  const taking = apiMethods.filter(({ takesBody }) => takesBody);
  assert.equal(taking.length, 11, JSON.stringify(taking));
  for (const { method, path, takesBody } of apiMethods)
    for (const [name, headers] of bodies) {
      const url = path.replace(/\[[^\]]*\]/g, "x");
      const expected = !takesBody
        ? 413
        : ({ "a length": undefined, chunks: undefined, "9.9 MB": 413 }[name] ??
          (name.startsWith("te") || name === "no type" ? 415 : undefined));
      for (const address of [url, `${url}?x=1`])
        assert.equal(statusOf(method, address, headers), expected, `${method} ${address} with ${name}`);
    }
  const [{ method, path } = { method: "", path: "" }] = taking;
  const url = path.replace(/\[[^\]]*\]/g, "x");
  const of = (length: number) => ({ ...json, "content-length": String(length) });
  assert.equal(statusOf(method, url, of(doorBounds.bodyBytes)), undefined);
  assert.equal(statusOf(method, url, of(doorBounds.bodyBytes + 1)), 413);
  assert.equal(statusOf(method, url, { ...json, "content-encoding": "gzip", "content-length": "2" }), 415);
});

test("a body that brings a message may be as large as the longest one in any writing, and no other body", () => {
  const length = (max: number) => Buffer.byteLength(escaped("😀".repeat(max)));
  for (const max of [1000, 32_000, 128_000, 1_000_000])
    for (const { method, path, takesBody } of apiMethods) {
      if (!takesBody) continue;
      const url = path.replace(/\[[^\]]*\]/g, "x");
      const headers = { ...json, "content-length": `${Math.max(length(max), doorBounds.bodyBytes)}` };
      const isMessage = /\/(runs|messages)$/.test(url);
      const expected = isMessage || length(max) <= doorBounds.bodyBytes ? undefined : 413;
      assert.equal(
        requestProblem(head(method, url, headers), max)?.status,
        expected,
        `${method} ${url} ${max}`,
      );
    }
});

/** JSON as some clients write it: ASCII and nothing else. */
const escaped = (text: string): string =>
  JSON.stringify({ runId: "x".repeat(36), message: { text } }).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

test("an address of the API refuses every method that its route has not, in words and with Allow, however it is spelt", () => {
  const all = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
  for (const [path, handlers] of Object.entries(routes)) {
    if (path.includes("[...")) continue;
    const url = path.replace(/\[[^\]]*\]/g, "x");
    const own = Object.keys(handlers);
    const allowed = [...own, ...(own.includes("GET") ? ["HEAD"] : []), "OPTIONS"].sort();
    for (const method of all)
      for (const address of [url, `${url}?x=1`, url.replace(/(?<=^\/api\/)./, hex)]) {
        const problem = requestProblem(head(method, address), 1000);
        if (allowed.includes(method)) {
          assert.equal(problem, undefined, `${method} ${address}`);
          continue;
        }
        assert.deepEqual([problem?.status, problem?.code], [405, "wrong_method"], `${method} ${address}`);
        assert.deepEqual(problem?.headers?.["allow"]?.split(", ").sort(), allowed, address);
        assert.match(problem?.detail ?? "", new RegExp(`no ${method}$`));
      }
  }
  for (const method of all) assert.equal(statusOf(method, "/api/nothing"), undefined);
});

test("pages, files and unknown addresses take no body by any method, and no method but GET and HEAD", () => {
  for (const url of pages)
    for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"]) {
      const isRead = method === "GET" || method === "HEAD";
      assert.equal(statusOf(method, url), isRead ? undefined : 405, `${method} ${url}`);
      for (const [name, headers] of bodies)
        assert.equal(statusOf(method, url, headers), isRead ? 413 : 405, `${method} ${url} with ${name}`);
    }
  assert.equal(statusOf("GET", "/", { "content-length": "0" }), undefined);
});

test("an address that is none, or a crowd of headers, is refused", () => {
  assert.equal(statusOf("GET", "*"), 400);
  assert.equal(statusOf("GET", "http://evil.test/"), 400);
  assert.equal(statusOf("GET", "/c/%E0%A4%A"), 400);
  const crowd = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`x-${at}`, "1"]));
  assert.equal(statusOf("GET", "/", crowd(doorBounds.headers)), undefined);
  assert.equal(statusOf("GET", "/", crowd(doorBounds.headers + 1)), 431);
});

test("an address with a crowd of parameters is refused, wherever it leads and whatever they are", () => {
  for (const path of ["/", "/settings", "/nothing", "/icon.svg", "/api/health", "/api/conversations"])
    for (const parameter of ["a", "a=1", "", "=", "a[]=%20"]) {
      const address = (count: number) =>
        `${path}?${Array.from({ length: count }, () => parameter).join("&")}`;
      assert.equal(statusOf("GET", address(doorBounds.parameters)), undefined, path);
      assert.equal(statusOf("GET", address(doorBounds.parameters + 1)), 414, path);
      assert.equal(statusOf("GET", address(7000)), 414, path);
    }
});
