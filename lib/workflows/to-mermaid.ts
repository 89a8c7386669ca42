import { stopEvent, type WorkflowGraph } from "../protocol/workflow-graph.ts";

/**
 * A workflow as a Mermaid flowchart: a box for each step, a round node for each event, and an arrow wherever
 * a step accepts or emits one. `maxLabelLength`: a longer name is cut, and ends with `*`.
 */
export function toMermaid(
  { steps, events, outside }: WorkflowGraph,
  { maxLabelLength = Number.POSITIVE_INFINITY }: { maxLabelLength?: number } = {},
): string {
  const label = (name: string): string => `"${inLabel(cutTo(name, maxLabelLength))}"`;
  const stepId = idsOf(
    steps.map(({ name }) => name),
    "step_",
  );
  const used = new Set(
    steps.flatMap(({ accepts, emits, waitsFor = [] }) => [...accepts, ...emits, ...waitsFor]),
  );
  const shown = [...new Set([...events, stopEvent])].filter((event) => used.has(event));
  const eventId = idsOf(shown, "event_");
  return [
    "flowchart TD",
    ...steps.map(({ name }) => `${stepId(name)}[${label(name)}]`),
    ...shown.map((name) =>
      outside.includes(name) ? `${eventId(name)}[/${label(name)}/]` : `${eventId(name)}([${label(name)}])`,
    ),
    ...steps.flatMap(({ name, accepts, waitsFor = [], emits }) => [
      ...accepts.map((event) => `${eventId(event)} --> ${stepId(name)}`),
      ...waitsFor.map((event) => `${eventId(event)} -.-> ${stepId(name)}`),
      ...emits.map((event) => `${stepId(name)} --> ${eventId(event)}`),
    ]),
  ].join("\n    ");
}

/** Mermaid's ids are letters, figures and `_`; two names never have the same. */
function idsOf(names: readonly string[], prefix: string): (name: string) => string {
  const ids = new Map<string, string>();
  for (const name of names) {
    const plain = prefix + name.replace(/\W/g, "_");
    const taken = new Set(ids.values());
    let id = plain;
    for (let n = 2; taken.has(id); n += 1) id = `${plain}_${n}`;
    ids.set(name, id);
  }
  return (name) => ids.get(name) ?? prefix;
}

const cutTo = (name: string, max: number): string =>
  name.length <= max ? name : `${name.slice(0, Math.max(0, max - 1))}*`;

const inLabel = (name: string): string =>
  name.replace(/[&"<>#\p{Cc}]/gu, (sign) => `#${sign.charCodeAt(0)};`);
