import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { type Span, type SpanOptions, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { createRunTraces } from "#lib/taps/run-traces.ts";
import {
  error,
  failure,
  finish,
  finishStep,
  firstTs,
  log,
  numbered,
  reasoning,
  result,
  retry,
  start,
  startStep,
  text,
  toolCall,
  toolInputAvailable,
  toolInputStart,
  toolOutputAvailable,
  toolStart,
  workflowEvent,
  workflowStart,
  workflowStep,
} from "../../support/event-builders.ts";

interface Kept {
  name: string;
  parent: string | undefined;
  attributes: Record<string, unknown>;
  events: string[];
  failed: boolean;
  startedAt: number;
  endedAt?: number;
}

/** An SDK that keeps its spans, as far as the tap asks for one. */
function registerSdk(isRecording = true): Kept[] {
  const spans: Kept[] = [];
  const named = new WeakMap<object, Kept>();
  const tracer: Pick<Tracer, "startSpan"> = {
    startSpan(name, options: SpanOptions = {}, parent) {
      const above = parent && trace.getSpan(parent);
      const kept: Kept = {
        name,
        parent: above && named.get(above)?.name,
        attributes: { ...options.attributes },
        events: [],
        failed: false,
        startedAt: Number(options.startTime),
      };
      spans.push(kept);
      const span: Partial<Span> = {
        isRecording: () => isRecording,
        updateName: (next) => ((kept.name = next), span as Span),
        setAttribute: (key, value) => ((kept.attributes[key] = value), span as Span),
        setAttributes: (more) => (Object.assign(kept.attributes, more), span as Span),
        addEvent: (event) => (kept.events.push(event), span as Span),
        setStatus: ({ code }) => ((kept.failed = code === SpanStatusCode.ERROR), span as Span),
        end: (at) => void (kept.endedAt = Number(at)),
      };
      // Cast: the tap calls nothing else.
      named.set(span, kept);
      return span as Span;
    },
  };
  // Cast: nor of a tracer.
  trace.setGlobalTracerProvider({ getTracer: () => tracer as Tracer });
  return spans;
}
afterEach(() => trace.disable());

const tap = createRunTraces({ providerOf: () => "openai", now: () => firstTs });

function watch(events: readonly RunEvent[], { afterSeq = 0, pieces = 1 } = {}) {
  const lines: object[] = [];
  const run = { runId: "r", conversationId: "c", userId: "u", agent: "assistant", afterSeq };
  const observer = tap.open(run, (line) => void lines.push(line));
  for (let at = 0; at < events.length; at += pieces) void observer?.take(events.slice(at, at + pieces), 0);
  void observer?.end?.();
  assert.deepEqual(lines, []);
  return observer;
}

const usage = (inputTokens: number, outputTokens: number) =>
  ({ inputTokens, outputTokens, source: "provider" }) as const;

test("a run is a span, with one for each model request and each tool call in it, named as the conventions say", () => {
  const spans = registerSdk();
  watch(
    log(
      start({ model: "m" }),
      startStep("s1"),
      text("secret"),
      toolCall("add", { a: "secret" }),
      { type: "usage", stepId: "s1", model: "m-2026", usage: usage(3, 4), total: usage(3, 4) },
      result("secret"),
      text("more"),
      finish(),
    ),
  );
  assert.deepEqual(
    spans.map(({ name, parent }) => [name, parent]),
    [
      ["invoke_agent assistant", undefined],
      ["chat m", "invoke_agent assistant"],
      ["execute_tool add", "invoke_agent assistant"],
      ["chat m", "invoke_agent assistant"],
    ],
  );
  const [root, chat, tool] = spans;
  assert.equal(root?.attributes["gen_ai.operation.name"], "invoke_agent");
  assert.equal(root?.attributes["gen_ai.conversation.id"], "c");
  assert.equal(root?.attributes["rivulet.run.ending"], "finish");
  assert.deepEqual(
    [
      ...["gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.request.model", "gen_ai.response.model"],
      ...["gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens", "gen_ai.response.finish_reasons"],
    ].map((key) => chat?.attributes[key]),
    ["chat", "openai", "m", "m-2026", 3, 4, ["tool-calls"]],
  );
  assert.equal(tool?.attributes["gen_ai.tool.name"], "add");
  for (const { startedAt, endedAt = 0, failed } of spans) {
    assert.ok(endedAt >= startedAt && startedAt >= firstTs);
    assert.equal(failed, false);
  }
  assert.ok(Number(chat?.endedAt) <= Number(tool?.startedAt), "a tool's time is none of the model's");
  assert.doesNotMatch(JSON.stringify(spans), /secret|more/);
});

test("what fails is a span with the kind of its failure, and not with its words", () => {
  const spans = registerSdk();
  watch(
    log(start({ model: "m" }), startStep("s1"), toolCall("add"), failure("secret"), reasoning("secret"), {
      ...error("unreachable"),
      errorText: "secret",
    }),
  );
  const [root, , tool] = spans;
  assert.deepEqual([root?.failed, root?.attributes["error.type"]], [true, "unreachable"]);
  assert.deepEqual([tool?.failed, tool?.attributes["error.type"]], [true, "failed"]);
  assert.ok(spans.every(({ endedAt }) => endedAt !== undefined));
  assert.doesNotMatch(JSON.stringify(spans), /secret/);
});

test("a run that goes on elsewhere ends its spans here, and is another of the same id there", () => {
  const spans = registerSdk();
  const events = log(
    start({ model: "m" }),
    startStep("s1"),
    text("a"),
    retry(),
    text("b"),
    finishStep("stop", "s1"),
    finish(),
  );
  watch(events.slice(0, 4));
  assert.ok(spans.every(({ endedAt }) => endedAt !== undefined));
  assert.equal(spans[0]?.attributes["rivulet.run.ending"], "left");
  watch(events.slice(4), { afterSeq: 4 });
  const roots = spans.filter(({ parent }) => parent === undefined);
  assert.deepEqual(
    roots.map(({ attributes }) => [attributes["rivulet.run.id"], attributes["rivulet.run.after_seq"]]),
    [
      ["r", 0],
      ["r", 4],
    ],
  );
});

test("without an SDK, or with one that does not record, a run is not watched", () => {
  assert.equal(watch(log(text("a"), finish())), undefined);
  const spans = registerSdk(false);
  assert.equal(watch(log(text("a"), finish())), undefined);
  assert.equal(spans.length, 1);
});

const comesTo = (instance: string, state: string, attempt = 1) =>
  workflowStep({ step: instance.slice(0, instance.indexOf("/")), instance, state, attempt });

test("an instance of a workflow's step is a span, with its attempts, and what it asks is inside of it", () => {
  const spans = registerSdk();
  watch(
    log(
      ...[start({ model: "m" }), workflowStart(), workflowEvent("1", "topic", "secret")],
      ...[comesTo("outline/1", "running"), startStep("s1", 0, "writer", { workflowStep: "outline/1" })],
      ...[
        text("secret"),
        { ...finishStep("stop"), stepId: "s1" },
        { ...comesTo("outline/1", "retrying"), error: "secret", inMs: 5 },
      ],
      ...[comesTo("outline/1", "running", 2), startStep("s2", 0, "assistant", { workflowStep: "outline/1" })],
      ...[toolInputStart("c", "add", "s2"), toolInputAvailable("c", "add", { a: "secret" }), toolStart("c")],
      ...[
        toolOutputAvailable("c", "secret"),
        { ...finishStep(), stepId: "s2" },
        comesTo("outline/1", "done", 2),
      ],
      ...[comesTo("draft/1", "running"), comesTo("draft/2", "running"), comesTo("draft/1", "failed")],
      ...[comesTo("draft/2", "cancelled"), error("workflow-failed")],
    ),
  );
  assert.deepEqual(
    spans.map(({ name, parent }) => [name, parent]),
    [
      ["invoke_workflow essay", undefined],
      ["workflow_step outline", "invoke_workflow essay"],
      ["chat m", "workflow_step outline"],
      ["execute_tool add", "workflow_step outline"],
      ["workflow_step draft", "invoke_workflow essay"],
      ["workflow_step draft", "invoke_workflow essay"],
    ],
  );
  const steps = spans.filter(({ name }) => name.startsWith("workflow_step"));
  assert.deepEqual(
    steps.map(({ attributes, events, failed }) => [
      ...["instance", "state", "attempt"].map((key) => attributes[`rivulet.workflow.${key}`]),
      ...[events.join(), failed],
    ]),
    [
      ["outline/1", "done", 2, "retrying,running", false],
      ["draft/1", "failed", 1, "", true],
      ["draft/2", "cancelled", 1, "", false],
    ],
  );
  assert.equal(spans[0]?.attributes["gen_ai.operation.name"], "invoke_workflow");
  for (const { startedAt, endedAt = 0 } of spans) assert.ok(endedAt >= startedAt);
  assert.doesNotMatch(JSON.stringify(spans), /secret/);
});

test("of a workflow that another process went on with, a step that is open there is one of its own spans", () => {
  const spans = registerSdk();
  watch(
    numbered([workflowStart(), comesTo("outline/1", "done"), comesTo("draft/1", "running", 2)], {
      startAt: 9,
    }),
    { afterSeq: 8 },
  );
  assert.deepEqual(
    spans.map(({ name, attributes }) => [name, attributes["rivulet.workflow.state"]]),
    [
      ["invoke_workflow essay", undefined],
      ["workflow_step draft", "left"],
    ],
  );
});
