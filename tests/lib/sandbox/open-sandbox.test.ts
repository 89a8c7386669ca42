import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { openSandbox } from "#lib/sandbox/open-sandbox.ts";
import type { SandboxOptions, SandboxRun } from "#lib/sandbox/sandbox.ts";
import { waitUntil } from "../../support/wait-until.ts";

const opened: ReturnType<typeof openSandbox>[] = [];

function open(options?: SandboxOptions) {
  const sandbox = openSandbox(options);
  opened.push(sandbox);
  return sandbox;
}

after(() => Promise.all(opened.map((sandbox) => sandbox.close())));

/** The value of the code, or what went wrong in words. */
async function valueOf(sandbox: ReturnType<typeof open>, code: string, run?: SandboxRun): Promise<unknown> {
  const result = await sandbox.run(code, run);
  return result.ok ? result.value : `${result.reason}: ${result.message}`;
}

describe("what code in a sandbox gives", () => {
  const shared = open();
  const values: [code: string, value: unknown][] = [
    ["6*7", 42],
    ["'a' + 'b'", "ab"],
    ["({ a: [1, null, 'x'] })", { a: [1, null, "x"] }],
    ["await Promise.resolve(5)", 5],
    ["Promise.resolve({ a: 1 })", { a: 1 }],
    ["", null],
    ["undefined", null],
    ["() => 1", null],
    ["10n ** 20n", "100000000000000000000"],
    ["const circle = {}; circle.self = circle; circle", "[object]"],
    ["new Map([['a', 1]])", [["a", 1]]],
    ["new Set([1, 2])", [1, 2]],
    ["if (true) { 1 } else { 2 }", 1],
    ["'你好 🙂'.length", 5],
    ["'\\ud83d'", "\ud83d"],
    ["let sum = 0; for (const each of [1, 2, 3]) sum += each; sum", 6],
    ["[3, 1, 2].toSorted().map((each) => each * 2)", [2, 4, 6]],
  ];
  for (const [code, value] of values)
    test(`${JSON.stringify(code)} gives ${JSON.stringify(value)}`, async () => {
      assert.deepEqual(await valueOf(shared, code), value);
    });
});

describe("an error of the code", () => {
  const shared = open();
  const errors: [code: string, message: RegExp, line: number | undefined][] = [
    ["\n\nnull.foo", /^TypeError: cannot read property 'foo' of null$/, 3],
    ["let a = ;", /^SyntaxError: /, 1],
    ["const first = 1;\n\nawait null;\nthrow new RangeError('no')", /^RangeError: no$/, 4],
    ["throw 'words'", /^threw words$/, undefined],
    ["throw null", /^threw null$/, undefined],
    ["throw { get message() { throw 1 } }", /^threw /, undefined],
    ["setTimeout(() => { missing() }, 1);\nawait new Promise(() => {})", /'missing' is not defined/, 1],
    ["await new Promise(() => {})", /waits for what nothing will ever settle/, undefined],
    ["(function deeper() { return deeper() + 1 })()", /stack overflow/, 1],
    ["await import('fs')", /could not load module 'fs'/, undefined],
    ["import fs from 'fs'", /^SyntaxError: /, 1],
    ["process.exit(1)", /'process' is not defined/, 1],
    ["await no_tool()", /'no_tool' is not defined/, 1],
  ];
  for (const [code, message, line] of errors)
    test(`${JSON.stringify(code)} is told in words, with its line`, async () => {
      const result = await shared.run(code);
      assert.ok(!result.ok);
      assert.equal(result.reason, "error");
      assert.match(result.message, message);
      assert.equal(result.line, line);
    });

  test("leaves the globals as they are", async () => {
    await shared.run("var kept = 1; throw new Error('after it')");
    assert.equal(await valueOf(shared, "kept"), 1);
    assert.equal(shared.isClosed, false);
  });
});

describe("the globals of a sandbox", () => {
  test("stay from run to run, and may be declared again", async () => {
    const sandbox = open();
    for (const declared of ["const", "let", "var"])
      assert.equal(await valueOf(sandbox, `${declared} name = "${declared}"; name`), declared);
    assert.equal(await valueOf(sandbox, "name"), "var");
    for (const n of [1, 2]) assert.equal(await valueOf(sandbox, `class Kept { n = ${n} }\n(new Kept).n`), n);
    await sandbox.run("function twice(n) { return n * 2 }");
    assert.equal(await valueOf(sandbox, "twice(21)"), 42);
  });

  test("are of no other sandbox", async () => {
    const [one, other] = [open(), open()];
    await one.run("globalThis.secret = 1; Array.prototype.secret = 1");
    assert.equal(await valueOf(other, "typeof secret + typeof [].secret"), "undefinedundefined");
  });

  test("are the language's and ours, and nothing of the host's", async () => {
    const names = "process require module fetch WebSocket XMLHttpRequest Buffer Worker host std os navigator";
    const sandbox = open();
    for (const name of names.split(" ")) assert.equal(await valueOf(sandbox, `typeof ${name}`), "undefined");
  });

  test("time and chance are the same for the same seed and moment", async () => {
    const code =
      "const later = (done) => setTimeout(done, 5); await new Promise(later); [Date.now(), new Date(), Math.random()]";
    const now = Date.UTC(2026, 0, 1);
    const [one, same] = await Promise.all([1, 1].map((seed) => valueOf(open({ seed }), code, { now })));
    assert.deepEqual(one, same);
    // Cast: the code's own list.
    assert.deepEqual((one as unknown[]).slice(0, 2), [now + 5, new Date(now + 5).toISOString()]);
  });
});

describe("tools in a sandbox", () => {
  const tools = ["add", "far-away"];
  /** Which calls were made. */
  function calls() {
    const made: [string, unknown][] = [];
    return {
      made,
      async callTool(name: string, args: unknown) {
        made.push([name, args]);
        if (name === "far-away") throw new Error("not today");
        // Cast: what the test gives.
        const { a, b } = args as { a: number; b: number };
        return { sum: a + b };
      },
    };
  }

  test("are async functions, and run outside", async () => {
    const { made, callTool } = calls();
    const code = "const { sum } = await add({ a: 1, b: 2 }); sum + (await tools.add({ a: 3, b: 4 })).sum";
    assert.equal(await valueOf(open({ tools }), code, { callTool }), 10);
    assert.deepEqual(made, [
      ["add", { a: 1, b: 2 }],
      ["add", { a: 3, b: 4 }],
    ]);
  });

  test("what one throws can be caught, and has its words", async () => {
    const code = "try { await tools['far-away']() } catch (error) { error.message }";
    assert.equal(await valueOf(open({ tools }), code, calls()), "not today");
    assert.equal(
      await valueOf(open({ tools }), "\nawait tools['far-away']()", calls()),
      "error: Error: not today",
    );
  });

  test("may be called at the same time, and none outlives its run", async () => {
    const { made, callTool } = calls();
    const sandbox = open({ tools });
    const sums = "(await Promise.all([1, 2, 3].map((a) => add({ a, b: 1 })))).map(({ sum }) => sum)";
    assert.deepEqual(await valueOf(sandbox, sums, { callTool }), [2, 3, 4]);
    const { promise: late, resolve } = Promise.withResolvers<number>();
    const run = valueOf(sandbox, "add({ a: 1, b: 1 }).then((got) => { globalThis.got = got }); 1", {
      callTool: () => late,
    });
    resolve(7);
    assert.equal(await run, 1);
    assert.equal(await valueOf(sandbox, "got"), 7);
    assert.equal(made.length, 3);
  });

  test("the time that one takes is not the code's", async () => {
    // Longer than the code may compute.
    const callTool = async () => {
      const began = performance.now();
      await waitUntil("a while has passed", () => performance.now() - began > 150);
      return "done";
    };
    assert.equal(await valueOf(open({ tools, cpuMs: 100 }), "await add({})", { callTool }), "done");
  });

  test("what one gives has to have room", async () => {
    const callTool = async () => "x".repeat(900_000);
    const code = "const all = []; for (;;) all.push(await add({}))";
    assert.match(String(await valueOf(open({ tools, memoryMb: 24 }), code, { callTool })), /^memory: /);
    const tooLong = async () => "x".repeat(2_000_000);
    assert.match(
      String(await valueOf(open({ tools }), "await add({})", { callTool: tooLong })),
      /gave more than/,
    );
  });

  test("one that nobody runs says so", async () => {
    assert.match(String(await valueOf(open({ tools }), "await add({})")), /there is no tool named add/);
  });
});

describe("what code prints", () => {
  test("comes line by line while it runs", async () => {
    const lines: string[] = [];
    const callTool = async () => lines.join("");
    const code = "console.log('a', 1, { b: [2] }); const before = await look(); console.error('c'); before";
    assert.equal(
      await valueOf(open({ tools: ["look"] }), code, { callTool, onLog: (text) => lines.push(text) }),
      'a 1 {"b":[2]}\n',
    );
    assert.equal(lines.join(""), 'a 1 {"b":[2]}\nc\n');
  });

  test("whatever it is", async () => {
    const lines: string[] = [];
    const code = `console.log(undefined, null, 5n, Symbol("s"), () => 1, new Error("e"), NaN, new Map([[1, 2]]))
      const circle = {}; circle.circle = circle; console.log(circle)`;
    await open().run(code, { onLog: (text) => lines.push(text) });
    assert.equal(lines.join(""), "undefined null 5 Symbol(s) [function] Error: e NaN [[1,2]]\n[object]\n");
  });
});

describe("a run that is stopped", () => {
  test("ends at once, in the middle of computing, and its sandbox with it", async () => {
    const sandbox = open();
    const stop = new AbortController();
    const onLog = () => stop.abort();
    const result = await sandbox.run("console.log('begun'); for (;;);", { signal: stop.signal, onLog });
    assert.ok(!result.ok);
    assert.equal(result.reason, "stopped");
    assert.equal(sandbox.isClosed, true);
    assert.equal(await valueOf(sandbox, "1"), "stopped: the sandbox is closed");
  });

  test("while it waits for a tool, which it waits for no longer", async () => {
    const stop = new AbortController();
    const callTool = () => {
      stop.abort();
      return new Promise(() => undefined);
    };
    const sandbox = open({ tools: ["wait"] });
    assert.equal(
      await valueOf(sandbox, "await wait()", { signal: stop.signal, callTool }),
      "stopped: the run was stopped",
    );
  });

  test("before it begins runs nothing", async () => {
    const lines: string[] = [];
    const signal = AbortSignal.abort();
    const result = await open().run("console.log(1)", { signal, onLog: (text) => lines.push(text) });
    assert.ok(!result.ok);
    assert.deepEqual(lines, []);
  });
});
