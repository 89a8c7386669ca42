import assert from "node:assert/strict";
import { test } from "node:test";
import { fold } from "#lib/protocol/fold.ts";
import { runEvent } from "#lib/protocol/run-event.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import * as builders from "./event-builders.ts";
import {
  abort,
  failure,
  finish,
  log,
  logWith,
  reasoning,
  result,
  text,
  toolCall,
  uuid,
} from "./event-builders.ts";

const types = (events: readonly { type: string }[]) => events.map(({ type }) => type).join(" ");

test("a script becomes a whole log: parts and steps opened and closed, tool calls answered", () => {
  const events = log(
    reasoning("Hm"),
    text("It is "),
    text("5"),
    toolCall("add", { a: 2 }),
    result("5"),
    text("5."),
    finish(),
  );
  assert.equal(
    types(events),
    "start start-step reasoning-start reasoning-delta reasoning-end text-start text-delta text-delta text-end " +
      "tool-input-start tool-input-delta tool-input-available tool-start tool-output-available " +
      "finish-step start-step text-start text-delta text-end finish-step finish",
  );
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, at) => at + 1),
  );
  const state = events.reduce(fold, emptyRun(events[0]?.runId ?? ""));
  assert.equal(state.ending?.type, "finish");
  assert.ok(state.parts.every((part) => part.endedAt !== undefined));
});

test("calls are answered in their order, and an abort closes what is open", () => {
  const events = log(toolCall("a"), toolCall("b"), result(1), failure("no"), text("So"), abort());
  const answers = events.flatMap((event) =>
    event.type === "tool-output-available" || event.type === "tool-output-error" ? [event.toolCallId] : [],
  );
  assert.deepEqual(answers, ["call-1", "call-2"]);
  assert.equal(types(events.slice(-3)), "text-end finish-step abort");
});

test("a script with a seq to start at is an excerpt, numbered as told", () => {
  const [first, ...rest] = logWith(
    { startAt: 4, epoch: 2, runId: uuid(9) },
    builders.textDelta("a"),
    finish(),
  );
  assert.deepEqual([first?.seq, first?.epoch, first?.runId, first?.type], [4, 2, uuid(9), "text-delta"]);
  assert.equal(types(rest), "finish");
});

test("every type of event has a builder whose event the protocol accepts", () => {
  const { log: _log, logWith: _with, numbered, bodies: _bodies, uuid: _uuid, ...rest } = builders;
  const built = Object.values(rest).flatMap((build) => {
    const body: unknown =
      typeof build === "function" ? Reflect.apply(build, undefined, ["a", "b"]) : undefined;
    return typeof body === "object" && body !== null && "type" in body ? [String(body.type)] : [];
  });
  const expected = runEvent.options.map(({ shape }) => String([...shape.type.values][0]));
  assert.deepEqual(
    expected.filter((type) => !built.includes(type) && type !== "start" && type !== "agent-input"),
    [],
  );
  assert.equal(types(numbered([builders.start(), builders.agentInput()])), "start agent-input");
  assert.throws(() => numbered([builders.startStep("step", -1)]));
});
