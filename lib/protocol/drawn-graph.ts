/** A workflow's graph with the place of everything, as a page draws it. Lengths are CSS pixels. */
export interface DrawnGraph {
  width: number;
  height: number;
  /** The steps in the order of the definition, between the begin and the end. */
  nodes: readonly DrawnNode[];
  lines: readonly DrawnLine[];
}

/** A box; `x` and `y`: its upper left corner. */
export interface DrawnNode {
  id: string;
  /** `outside`: a person, or another program. */
  type: "start" | "step" | "stop" | "outside";
  /** Of a step: its name. */
  step?: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** An event that goes from one box to another. */
export interface DrawnLine {
  event: string;
  /** Ids of nodes. */
  from: string;
  to: string;
  /** As an SVG path has it in `d`. */
  path: string;
  /** The middle of its name. */
  label: { x: number; y: number };
}
