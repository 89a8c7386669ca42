import assert from "node:assert/strict";
import { test } from "node:test";
import { fold } from "#lib/protocol/fold.ts";
import type { Message, ToolPart } from "#lib/protocol/message.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import { createApprovalPolicy, type ToolApprovals } from "#lib/tools/approval-policy.ts";
import { callHash } from "#lib/tools/call-hash.ts";
import type { Tool, ToolEffect } from "#lib/tools/tool.ts";
import * as b from "../../support/event-builders.ts";

const toolOf = (name: string, effect: ToolEffect, isPrivate = false): Tool => ({
  ...{ name, effect, description: "", inputSchema: { type: "object" } },
  ...(isPrivate && { isPrivate }),
  parse: (input) => ({ type: "ok", input }),
  run: () => "",
});
const known = {
  calculator: toolOf("calculator", "read"),
  notes: toolOf("notes", "write", true),
  search: toolOf("search", "read", true),
  fetch: toolOf("fetch", "network"),
  mail: toolOf("mail", "network", true),
  shell: toolOf("shell", "code"),
  run_code: { ...toolOf("run_code", "code"), isConfined: true },
};
type Name = keyof typeof known;
const tools = new Map<string, Tool>(Object.entries(known));

const part = (toolName: string, fields: Partial<ToolPart> = {}): ToolPart => ({
  ...{ type: "tool", toolCallId: "c", toolName, inputText: "{}", stepId: "s", startedAt: 1 },
  ...{ state: "output-available", output: "", attempt: 1 },
  ...fields,
});
const decided = (toolName: string, approved: boolean, scope: "once" | "conversation", effect?: string) =>
  part(toolName, { decision: { approved, by: "user", scope }, ...(effect !== undefined && { effect }) });

interface Situation {
  operator?: ToolApprovals;
  /** Calls of earlier answers, and of this run. */
  before?: readonly ToolPart[];
  now?: readonly ToolPart[];
}

function judge(name: Name, { operator, before = [], now = [] }: Situation = {}) {
  const message: Message = {
    ...{ id: "m", parentId: null, runId: "r", role: "assistant", createdAt: 1, agent: "a", model: "x" },
    parts: before,
  };
  const context = { state: { ...emptyRun("r"), parts: now }, history: [message], tools };
  const call = { toolCallId: "c1", toolName: name, input: {} };
  return createApprovalPolicy(operator)(call, known[name], context);
}

const [always, never, once] = [
  (name: Name) => [decided(name, true, "conversation", known[name].effect)],
  (name: Name) => [decided(name, false, "conversation")],
  (name: Name) => [decided(name, true, "once"), decided(name, false, "once")],
];

test("what only reads runs, and everything else asks", () => {
  const judged = Object.fromEntries(Object.keys(known).map((name) => [name, judge(name as Name)]));
  assert.deepEqual(judged, {
    ...{ calculator: "run", search: "run", run_code: "run" },
    ...{ notes: "ask", fetch: "ask", mail: "ask", shell: "ask" },
  });
});

const rows: [what: string, name: Name, situation: Situation, expected: string][] = [
  ["the operator allows by name", "notes", { operator: { notes: "allow" } }, "run"],
  ["the operator allows by effect", "fetch", { operator: { network: "allow" } }, "run"],
  ["the name counts more", "fetch", { operator: { network: "allow", fetch: "ask" } }, "ask"],
  ["the name counts more, also to allow", "notes", { operator: { write: "deny", notes: "allow" } }, "run"],
  ["the operator denies", "calculator", { operator: { read: "deny" } }, "deny"],
  ["the operator wants to be asked", "calculator", { operator: { calculator: "ask" } }, "ask"],
  ["another tool is named", "notes", { operator: { fetch: "allow" } }, "ask"],
  ["what every object has is no rule", "notes", { operator: { toString: "allow" } as ToolApprovals }, "ask"],
  ["once is once", "notes", { before: once("notes"), now: once("notes") }, "ask"],
  ["always, said in an earlier answer", "notes", { before: always("notes") }, "run"],
  ["always, said in this run", "notes", { now: always("notes") }, "run"],
  ["always of another tool", "notes", { before: always("fetch") }, "ask"],
  ["never", "notes", { before: never("notes") }, "deny"],
  ["never of what reads", "calculator", { before: never("calculator") }, "deny"],
  ["the newest counts: never", "notes", { before: always("notes"), now: never("notes") }, "deny"],
  ["the newest counts: always", "notes", { before: never("notes"), now: always("notes") }, "run"],
  [
    "always of what had another effect then",
    "notes",
    { before: [decided("notes", true, "conversation", "read")] },
    "ask",
  ],
  ["never beats the operator", "notes", { operator: { notes: "allow" }, before: never("notes") }, "deny"],
  [
    "the operator's denial beats always",
    "notes",
    { operator: { notes: "deny" }, before: always("notes") },
    "deny",
  ],
  [
    "always beats the operator's wish to be asked",
    "notes",
    { operator: { notes: "ask" }, before: always("notes") },
    "run",
  ],
];
for (const [what, name, situation, expected] of rows)
  test(`${what}: ${name} is to ${expected}`, () => assert.equal(judge(name, situation), expected));

const outside = part("fetch");
const own = part("search");
const leaks: [what: string, name: Name, calls: readonly ToolPart[], expected: string][] = [
  ["nothing was read", "fetch", [], "run"],
  ["only what is outside was read", "fetch", [outside], "run"],
  ["only what is private was read", "fetch", [own], "run"],
  ["both were read", "fetch", [outside, own], "ask"],
  ["both were read, code", "shell", [own, outside], "ask"],
  ["what is outside was read, and the tool is private", "mail", [outside], "ask"],
  ["both were read, and nothing goes outside", "notes", [outside, own], "run"],
  [
    "a failure of a call that ran is words of others too",
    "fetch",
    [own, part("fetch", { state: "output-error" })],
    "ask",
  ],
  [
    "a call that never ran says nothing",
    "fetch",
    [own, { ...part("fetch", { state: "output-denied" }) }],
    "run",
  ],
  ["a tool that is there no longer may have been either", "fetch", [part("gone")], "ask"],
];
for (const [what, name, calls, expected] of leaks)
  test(`S61 allowed always and by the operator, ${what}: ${name} is to ${expected}`, () => {
    const operator = { [name]: "allow" } as const;
    for (const where of ["before", "now"] as const)
      assert.equal(
        judge(name, {
          operator,
          [where]: [
            ...always(name).map((each) => ({ ...each, attempt: 1, state: "output-denied" as const })),
            ...calls,
          ],
        }),
        expected,
      );
  });

test("what was allowed of another program's tool counts for as long as that says the same of it", () => {
  const tool: Tool = { ...toolOf("trips__book", "network"), description: "Books.", definitionHash: "a" };
  const allowed = part("trips__book", {
    input: { to: "Oslo" },
    inputHash: callHash(tool, { to: "Oslo" }),
    decision: { approved: true, by: "user", scope: "conversation" },
  });
  const state = { ...emptyRun("r"), parts: [allowed] };
  const judgeNow = (now: Tool) =>
    createApprovalPolicy()({ toolCallId: "c1", toolName: "trips__book", input: { to: "Rom" } }, now, {
      ...{ state, history: [], tools: new Map([["trips__book", now]]) },
    });
  assert.equal(judgeNow(tool), "run");
  assert.equal(judgeNow({ ...tool, description: "Books, and tells everybody." }), "ask");
  assert.equal(judgeNow({ ...tool, inputSchema: { type: "object", properties: {} } }), "ask");
});

test("what was allowed always counts also where the call that was allowed has asked something since", () => {
  const tool: Tool = { ...toolOf("trips__book", "network"), definitionHash: "a" };
  const input = { to: "Oslo" };
  const request = b.toolApprovalRequest("call-1", "call-1:1");
  const asking = { ...request, question: { message: "When?", schema: { type: "object" } } };
  const log = [
    ...[
      b.startStep(),
      b.toolInputStart("call-1", tool.name),
      b.toolInputAvailable("call-1", tool.name, input),
    ],
    { ...request, effect: tool.effect, inputHash: callHash(tool, input) },
    { ...b.toolApprovalResponse("call-1:1"), scope: "conversation" as const },
    ...[b.toolStart("call-1"), { ...asking, approvalId: "call-1:1:0", effect: "ask", inputHash: "other" }],
    b.toolApprovalResponse("call-1:1:0"),
  ];
  const state = b.numbered([b.start(), ...log]).reduce(fold, emptyRun(b.ids.run));
  const judgeNow = (now: Tool) =>
    createApprovalPolicy()({ toolCallId: "c1", toolName: tool.name, input: {} }, now, {
      ...{ state, history: [], tools: new Map([[tool.name, now]]) },
    });
  assert.equal(judgeNow(tool), "run");
  assert.equal(judgeNow({ ...tool, effect: "code" }), "ask");
  assert.equal(judgeNow({ ...tool, description: "Books, and tells everybody." }), "ask");
});

test("what another program's tool gave comes from outside, also where its operator says that it reads", () => {
  const listed = { ...toolOf("files__read", "read"), definitionHash: "a" };
  const context = {
    ...{ history: [], tools: new Map([...tools, ["files__read", listed] as const]) },
    state: { ...emptyRun("r"), parts: [part("files__read"), part("search")] },
  };
  const call = { toolCallId: "c1", toolName: "fetch", input: {} };
  assert.equal(createApprovalPolicy({ fetch: "allow" })(call, known.fetch, context), "ask");
});

test("code that reaches nothing but tools runs unasked, unless the operator says otherwise, and is nothing from outside", () => {
  assert.equal(judge("run_code"), "run");
  assert.equal(judge("run_code", { operator: { code: "ask" } }), "ask");
  assert.equal(judge("run_code", { operator: { code: "allow", run_code: "deny" } }), "deny");
  const now = [part("run_code"), part("search")];
  assert.equal(judge("fetch", { operator: { network: "allow" }, now }), "run");
  assert.equal(
    judge("fetch", { operator: { network: "allow" }, now: [part("shell"), part("search")] }),
    "ask",
  );
});

const address = "https://a.example/page";
const goes: Tool = { ...toolOf("read_page", "network"), goesTo: (input) => (input as { url: string }).url };
const reached = new Map([...tools, ["read_page", goes]]);

/** Allowed always and by the operator, behind what was said and read. */
function judgeAddress({ url = address, text = "", parts = [] as ToolPart[], steered = "" }) {
  const question: Message = {
    ...{ id: "q", parentId: null, runId: "r", role: "user", createdAt: 1 },
    text,
  };
  const steer = {
    type: "steered",
    messageId: "s",
    text: steered,
    by: "user",
    stepId: "",
    startedAt: 1,
  } as const;
  const state = { ...emptyRun("r"), parts: [...parts, ...(steered === "" ? [] : [steer])] };
  const call = { toolCallId: "c1", toolName: "read_page", input: { url } };
  return createApprovalPolicy({ read_page: "allow" })(call, goes, {
    state,
    history: [question],
    tools: reached,
  });
}

const addresses: [what: string, situation: Parameters<typeof judgeAddress>[0], expected: string][] = [
  ["nothing of others was read", {}, "run"],
  ["others were read, and nobody has written it", { parts: [outside] }, "ask"],
  ["the person wrote it", { parts: [outside], text: `Read ${address}, please.` }, "run"],
  ["the person wrote it at the end of a sentence", { parts: [outside], text: `Read ${address}.` }, "run"],
  ["the person wrote it in Chinese", { parts: [outside], text: `请读${address}。` }, "run"],
  ["the person has said it meanwhile", { parts: [outside], steered: address }, "run"],
  ["a result holds it", { parts: [part("fetch", { output: { results: [{ url: address }] } })] }, "run"],
  [
    "only code of the model's has printed it",
    { parts: [outside, part("run_code", { output: { printed: address } })] },
    "ask",
  ],
  ["the person wrote a longer one", { parts: [outside], text: `${address}/more` }, "ask"],
  ["the person wrote a shorter one", { parts: [outside], text: "https://a.example/" }, "ask"],
  ["it has more in it", { url: `${address}?q=secret`, parts: [outside], text: `Read ${address}` }, "ask"],
  [
    "only a call that was denied names it",
    { parts: [outside, part("fetch", { state: "output-denied", output: address })] },
    "ask",
  ],
];
for (const [what, situation, expected] of addresses)
  test(`S61 an address, allowed always, where ${what}: it is to ${expected}`, () =>
    assert.equal(judgeAddress(situation), expected));
