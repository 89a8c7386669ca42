import { type Attributes, context, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { EventOf, RunEvent } from "../protocol/run-event.ts";
import type { Tap, TapObserver, TappedRun } from "./tap.ts";
import { createWorkflowSpans } from "./workflow-spans.ts";

/*
 * A run as spans of OpenTelemetry, with the names and attributes of its conventions for generative AI
 * (https://opentelemetry.io/docs/specs/semconv/gen-ai/): one for the run, in it one for each model request
 * and each tool call, those of a workflow inside of its steps. A span is a fold of the log: its times are
 * those of the events.
 *
 * 1. Nothing of a conversation and no key is in a span: ids, names that the operator gave, counts, codes.
 * 2. Where no SDK is registered, or it does not record, a run is not watched and costs nothing.
 * 3. A run that goes on in another process is another span, of the same `rivulet.run.id`.
 */

export interface TraceOptions {
  /** `gen_ai.provider.name` of a model. */
  providerOf(model: string): string;
  /** Wall time, ms. */
  now(): number;
}

export const createRunTraces = (options: TraceOptions): Tap => ({
  name: "run-traces",
  open(run) {
    const openedAt = options.now();
    const root = trace.getTracer("rivulet").startSpan(`invoke_agent ${run.agent}`, {
      kind: SpanKind.INTERNAL,
      startTime: openedAt,
      attributes: {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": run.agent,
        "gen_ai.conversation.id": run.conversationId,
        "rivulet.run.id": run.runId,
        "rivulet.run.after_seq": run.afterSeq,
      },
    });
    return root.isRecording() ? observeRun({ ...options, run, root, openedAt }) : undefined;
  },
});

interface TracedRun extends TraceOptions {
  run: TappedRun;
  root: Span;
  openedAt: number;
}

interface Begin {
  kind: SpanKind;
  ts: number;
  /** The step that it is of, which may be inside of a workflow's. */
  stepId?: string;
}

interface OpenStep {
  span: Span;
  /** When its model had answered: what comes after that is not its time. */
  answeredAt?: number;
}

function observeRun({ run, root, openedAt, providerOf, now }: TracedRun): TapObserver {
  const steps = new Map<string, OpenStep>();
  const calls = new Map<string, { name: string; stepId?: string; span?: Span }>();
  /** Of a workflow's steps, by what runs inside of them. */
  const instances = new Map<string, string>();
  let model = "";
  let isEnded = false;

  const workflow = createWorkflowSpans(
    (name, ts, attributes) =>
      begin(
        name,
        { kind: SpanKind.INTERNAL, ts },
        { ...attributes, "gen_ai.conversation.id": run.conversationId },
      ),
    markFailed,
  );

  function begin(name: string, { kind, ts, stepId = "" }: Begin, attributes: Attributes): Span {
    const parent = trace.setSpan(context.active(), workflow.of(instances.get(stepId)) ?? root);
    const startTime = Math.max(ts, openedAt);
    return trace.getTracer("rivulet").startSpan(name, { kind, startTime, attributes }, parent);
  }

  function startStep({ stepId, agent, workflowStep, ts }: EventOf<"start-step">): void {
    if (workflowStep !== undefined) instances.set(stepId, workflowStep);
    // Of a workflow's own: it calls something, and asks no model.
    if (workflowStep === undefined || agent !== run.agent)
      openStep({ stepId, ts }, { "gen_ai.agent.name": agent });
  }

  function openStep({ stepId, ts }: { stepId: string; ts: number }, attributes: Attributes = {}): OpenStep {
    const known = steps.get(stepId);
    if (known) return known;
    const span = begin(
      model === "" ? "chat" : `chat ${model}`,
      { kind: SpanKind.CLIENT, ts, stepId },
      {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": providerOf(model),
        ...(model !== "" && { "gen_ai.request.model": model }),
        "gen_ai.conversation.id": run.conversationId,
        "rivulet.step.id": stepId,
        ...attributes,
      },
    );
    const step: OpenStep = { span };
    steps.set(stepId, step);
    return step;
  }

  function noteAttempt(event: EventOf<"reset-step" | "continue-step">): void {
    // What was dropped, or asks no model, is not begun again.
    const isKnown = event.reason === "dropped" || instances.has(event.stepId);
    const step = isKnown ? steps.get(event.stepId) : openStep(event);
    step?.span.addEvent(event.type, { "rivulet.step.attempt": event.attempt }, event.ts);
  }

  function endStep(stepId: string, ts: number, failure?: string): void {
    const step = steps.get(stepId);
    if (!step) return;
    if (failure !== undefined) markFailed(step.span, failure);
    step.span.end(step.answeredAt ?? ts);
    steps.delete(stepId);
  }

  function startCall({ toolCallId, attempt, ts }: EventOf<"tool-start">): void {
    const call = calls.get(toolCallId) ?? { name: "" };
    endCall(toolCallId, ts, "tried-again");
    const step = steps.get(call.stepId ?? "");
    if (step) step.answeredAt ??= ts;
    const span = begin(
      `execute_tool ${call.name}`.trim(),
      { kind: SpanKind.INTERNAL, ts, ...call },
      {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": call.name,
        "gen_ai.tool.type": "function",
        "gen_ai.conversation.id": run.conversationId,
        "rivulet.tool.attempt": attempt,
      },
    );
    calls.set(toolCallId, { ...call, span });
  }

  function endCall(toolCallId: string, ts: number, failure?: string): void {
    const call = calls.get(toolCallId);
    if (!call?.span) return;
    if (failure !== undefined) markFailed(call.span, failure);
    call.span.end(Math.max(ts, openedAt));
    const { span: _, ...known } = call;
    calls.set(toolCallId, known);
  }

  function noteUsage({ stepId, usage, model: answeredBy, ts }: EventOf<"usage">): void {
    const step = steps.get(stepId ?? "");
    if (!step) return;
    step.answeredAt ??= Math.max(ts, openedAt);
    step.span.setAttributes({ "gen_ai.response.model": answeredBy, ...usageAttributes(usage) });
  }

  function end(event: TerminalEvent): void {
    isEnded = true;
    const { type, ts } = event;
    closeAll(ts, type === "finish" ? undefined : type);
    root.setAttribute("rivulet.run.ending", type);
    if ("total" in event && event.total) root.setAttributes(usageAttributes(event.total));
    if (type === "error") markFailed(root, event.code);
    if (type === "interrupted") markFailed(root, event.reason);
    root.end(Math.max(ts, openedAt));
  }

  function closeAll(ts: number, failure?: string): void {
    for (const toolCallId of calls.keys()) endCall(toolCallId, ts, failure);
    for (const stepId of steps.keys()) endStep(stepId, Math.max(ts, openedAt), failure);
    workflow.close(Math.max(ts, openedAt));
  }

  function take(event: RunEvent): void {
    switch (event.type) {
      case "start":
        model = event.model;
        break;
      case "start-step":
        startStep(event);
        break;
      case "reset-step":
      case "continue-step":
        noteAttempt(event);
        break;
      case "retry":
        if (event.stepId !== undefined)
          openStep({ stepId: event.stepId, ts: event.ts }).span.addEvent(
            "retry",
            { "error.type": event.reason, "rivulet.retry.attempt": event.attempt },
            event.ts,
          );
        break;
      case "workflow-start":
        root.updateName(`invoke_workflow ${event.name}`);
        root.setAttributes({
          "gen_ai.operation.name": "invoke_workflow",
          "gen_ai.workflow.name": event.name,
        });
        break;
      case "workflow-step":
        workflow.take({ ...event, ts: Math.max(event.ts, openedAt) });
        break;
      case "usage":
        noteUsage(event);
        break;
      case "finish-step":
        steps.get(event.stepId)?.span.setAttributes({
          "gen_ai.response.finish_reasons": [event.finishReason],
          ...(event.usage && usageAttributes(event.usage)),
        });
        endStep(event.stepId, Math.max(event.ts, openedAt));
        break;
      case "finish":
      case "abort":
      case "error":
      case "interrupted":
        end(event);
        break;
      default:
        takeOfCall(event);
    }
  }

  function takeOfCall(event: RunEvent): void {
    switch (event.type) {
      case "tool-input-start":
        calls.set(event.toolCallId, {
          name: event.toolName,
          ...(event.stepId !== undefined && { stepId: event.stepId }),
        });
        break;
      case "tool-input-available":
        if (!calls.has(event.toolCallId)) calls.set(event.toolCallId, { name: event.toolName });
        break;
      case "tool-start":
        startCall(event);
        break;
      case "tool-output-available":
        if (!event.preliminary) endCall(event.toolCallId, event.ts);
        break;
      case "tool-output-error":
        endCall(event.toolCallId, event.ts, event.code ?? "failed");
        break;
      default:
    }
  }

  return {
    take: (events) => events.forEach(take),
    end() {
      if (isEnded) return;
      // It waits, or another process goes on.
      closeAll(now(), "left");
      root.setAttribute("rivulet.run.ending", "left");
      root.end(now());
    },
  };
}

type TerminalEvent = EventOf<"finish" | "abort" | "error" | "interrupted">;

function markFailed(span: Span, type: string): void {
  span.setAttribute("error.type", type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

const usageAttributes = ({
  inputTokens,
  outputTokens,
}: {
  inputTokens?: number;
  outputTokens?: number;
}): Attributes => ({
  ...(inputTokens !== undefined && { "gen_ai.usage.input_tokens": inputTokens }),
  ...(outputTokens !== undefined && { "gen_ai.usage.output_tokens": outputTokens }),
});
