import { Graph, layout } from "@dagrejs/dagre";
import type { DrawnGraph, DrawnLine, DrawnNode } from "../protocol/drawn-graph.ts";
import type { WorkflowGraph } from "../protocol/workflow-graph.ts";
import { type GraphLine, graphLines, outsideNode, startNode, stepNode, stopNode } from "./graph-lines.ts";

/** From the top down: so it fits a phone, and an answer. */
const spacing = { rankdir: "TB", nodesep: 24, edgesep: 16, ranksep: 22, marginx: 8, marginy: 8 } as const;
const stepSize = { width: 160, height: 52 };
const endSize = { width: 88, height: 28 };
/** Of a name in the face of code at 12 px, and beside it, where a count may stand. */
const letter = 7.25;
const labelSpace = 36;
const labelHeight = 20;

interface Point {
  x: number;
  y: number;
}

/** Finds a place for each box and line of a workflow; the same graph gives the same drawing. */
export function drawGraph(graph: WorkflowGraph): DrawnGraph {
  const lines = graphLines(graph);
  const nodes = nodesOf(graph, lines);
  const placed = new Graph({ multigraph: true });
  placed.setGraph({ ...spacing });
  for (const { id, width, height } of nodes) placed.setNode(id, { width, height });
  for (const { event, from, to } of lines)
    placed.setEdge(
      from,
      to,
      { width: Math.ceil(event.length * letter) + labelSpace, height: labelHeight, labelpos: "c" },
      event,
    );
  layout(placed);
  const { width = 0, height = 0 } = placed.graph();
  return {
    ...{ width: Math.ceil(width), height: Math.ceil(height) },
    nodes: nodes.map((node) => {
      const { x = 0, y = 0 } = placed.node(node.id);
      return { ...node, x: Math.round(x - node.width / 2), y: Math.round(y - node.height / 2) };
    }),
    lines: lines.map((line) => drawnLine(line, placed.edge(line.from, line.to, line.event))),
  };
}

type Box = Omit<DrawnNode, "x" | "y">;

function nodesOf({ steps }: WorkflowGraph, lines: readonly GraphLine[]): Box[] {
  const isUsed = (id: string): boolean => lines.some(({ from, to }) => from === id || to === id);
  const ends: Box[] = [
    { id: outsideNode, type: "outside", ...endSize },
    { id: stopNode, type: "stop", ...endSize },
  ];
  return [
    { id: startNode, type: "start", ...endSize },
    ...steps.map(({ name }): Box => ({ id: stepNode(name), type: "step", step: name, ...stepSize })),
    ...ends.filter(({ id }) => isUsed(id)),
  ];
}

function drawnLine(
  line: GraphLine,
  { points = [], x = 0, y = 0 }: { points?: Point[] } & Partial<Point>,
): DrawnLine {
  return { ...line, path: curve(points), label: { x: Math.round(x), y: Math.round(y) } };
}

/** Through the middle of each stretch, so that it has no corner. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const last = rest.pop();
  if (!first || !last) return "";
  const bends = rest.map((point, at) => {
    const next = rest[at + 1];
    const to = next ? { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 } : last;
    return `Q${text(point)} ${text(to)}`;
  });
  return [`M${text(first)}`, ...(bends.length > 0 ? bends : [`L${text(last)}`])].join("");
}

const text = ({ x, y }: Point): string => `${Math.round(x)} ${Math.round(y)}`;
