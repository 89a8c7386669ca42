import type { ReactElement } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { Ending } from "#lib/protocol/message.ts";
import type { WorkflowGraphStep } from "#lib/protocol/workflow-graph.ts";
import type { StepSummary } from "#lib/protocol/workflow-summary.ts";
import { useTranslate } from "../../ui/i18n-provider.tsx";
import { rowAmount } from "../row-amount.ts";
import { type CutState, cutState } from "./cut-state.ts";
import { stepFace } from "./step-face.ts";
import { useWorkflowWords, type WorkflowWords } from "./use-workflow-words.ts";

interface StepFactsProps {
  step: WorkflowGraphStep;
  summary: StepSummary | undefined;
  isLive: boolean;
  ending: Ending | undefined;
}

/** What there is to know of one step, and of what became of it. */
export function StepFacts({ step, summary, isLive, ending }: StepFactsProps): ReactElement {
  const t = useWorkflowWords();
  const page = useTranslate();
  const comma = page("list.comma");
  const cut = cutState(ending, step.name, summary?.failed);
  const { name, accepts, joins, waitsFor = [], emits, concurrency } = step;
  const { progress, open, ms = 0, emitted = {} } = summary ?? {};
  const rows: [term: string, value: string | undefined][] = [
    [t("fact.state"), t(`state.${stepFace(summary, isLive, cut).state}`)],
    [t(joins ? "fact.joins" : "fact.accepts"), accepts.join(comma)],
    [t("fact.waits"), waitsFor.join(comma)],
    [t("fact.emits"), emits.map((event) => withCount(event, emitted)).join(comma)],
    [t("fact.concurrency"), t("value.concurrency", { n: concurrency })],
    [
      t("fact.runs"),
      summary && summary.begun + summary.queued > 0 ? runsOf(t, { ...summary, cut }, comma) : undefined,
    ],
    [t("fact.time"), rowAmount(page, ms)],
    [t("fact.said"), progress?.message],
    [t("fact.error"), open?.error],
  ];
  return (
    <dl className="wf-facts" aria-label={showHidden(name)}>
      <div>
        <dt>{showHidden(name)}</dt>
      </div>
      {rows.map(([term, value]) =>
        value ? (
          <div key={term}>
            <dt>{term}</dt>
            <dd dir="auto">{showHidden(value)}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}

function runsOf(t: WorkflowWords, summary: StepSummary & { cut: CutState }, comma: string): string {
  const { begun, done, failed, cancelled, cut, retries, queued, kept } = summary;
  const ended = cut === "failed" ? { failed: failed + cancelled } : { failed, [cut]: cancelled };
  const more = { ...noCounts, ...ended, retries, queued, kept };
  return [
    t("value.runs", { begun, done }),
    ...nonZero(more).map(([what, n]) => t(`value.${what}`, { n })),
  ].join(comma);
}

type Counted = CutState | "retries" | "queued" | "kept";

const noCounts = { cancelled: 0, unneeded: 0, late: 0, cut: 0 };

const nonZero = (counts: Readonly<Record<Counted, number>>): [Counted, number][] =>
  (["failed", "late", "cut", "unneeded", "cancelled", "retries", "queued", "kept"] as const)
    .map((what): [Counted, number] => [what, counts[what]])
    .filter(([, n]) => n > 0);

const withCount = (event: string, emitted: StepSummary["emitted"]): string => {
  const n = (Object.hasOwn(emitted, event) ? emitted[event] : undefined) ?? 0;
  return n > 1 ? `${event} ×${n}` : event;
};
