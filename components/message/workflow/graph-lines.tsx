import type { ReactElement } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { DrawnGraph } from "#lib/protocol/drawn-graph.ts";
import type { WorkflowSummary } from "#lib/protocol/workflow-summary.ts";
import { type LineState, lineState } from "./line-state.ts";

interface GraphLinesProps {
  drawing: DrawnGraph;
  workflow: WorkflowSummary | undefined;
  isLive: boolean;
  /** Of this drawing in its page. */
  id: string;
}

const lineLooks = ["", "on", "now"] as const;
const untouched: LineState = { passed: 0, isNow: false };

/** The lines of a drawing with the names of their events; those that were gone last lie on top. */
export function GraphLines({ drawing, workflow, isLive, id }: GraphLinesProps): ReactElement {
  const lines = drawing.lines
    .map((line) => ({ line, state: workflow ? lineState(line, workflow, isLive) : untouched }))
    .map(({ line, state }) => ({ line, state, look: lookOf(state) }))
    .toSorted((one, other) => lineLooks.indexOf(one.look) - lineLooks.indexOf(other.look));
  return (
    <g aria-hidden="true">
      <defs>
        {lineLooks.map((look) => (
          <marker
            key={look}
            id={`${id}${look}`}
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="8"
            markerHeight="8"
            markerUnits="userSpaceOnUse"
            orient="auto"
          >
            <path className={`wf-head ${look}`} d="M0 0.5 8 4 0 7.5z" />
          </marker>
        ))}
      </defs>
      {lines.map(({ line: { event, from, to, path }, look }) => (
        <path
          key={`${from} ${event} ${to}`}
          className={`wf-line ${look}`}
          d={path}
          markerEnd={`url(#${id}${look})`}
        />
      ))}
      {lines.map(({ line: { event, from, to, label }, state: { passed }, look }) => (
        <text key={`${from} ${event} ${to}`} className={`wf-event ${look}`} x={label.x} y={label.y + 4}>
          {showHidden(event)}
          {passed > 1 && ` ×${passed}`}
        </text>
      ))}
    </g>
  );
}

const lookOf = ({ passed, isNow }: LineState): (typeof lineLooks)[number] =>
  isNow ? "now" : passed > 0 ? "on" : "";
