import katex, { type KatexOptions } from "katex";
import { createElement, Fragment, type ReactNode } from "react";
import { mathLetters } from "./math-letters.ts";

/** A node of KaTeX's tree of MathML (katex/src/mathMLTree.ts), as far as it is read here. */
type MathTree = {
  readonly type?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly children?: readonly MathTree[];
  readonly text?: string;
  /** Of a space, in em. */
  readonly width?: number;
  toText(): string;
};

const MAX_FORMULA = 10_000;
// What a formula may cost, and that it leads nowhere (S35).
const bounds: KatexOptions = {
  output: "mathml",
  trust: false,
  strict: "ignore",
  maxExpand: 1000,
  maxSize: 20,
};

/** A formula of LaTeX as MathML; null: it cannot be set. */
export function setFormula(source: string, display: boolean): ReactNode {
  if (source.length > MAX_FORMULA) return null;
  try {
    const tree = treeOf(source, display);
    const math = findMath(tree);
    return math && toElement(math, display ? "block" : "inline", source);
  } catch {
    return null;
  }
}

function treeOf(source: string, display: boolean): MathTree {
  // The types of the package leave out the tree; its strings could only be drawn through `innerHTML`.
  const { __renderToDomTree: render } = katex as unknown as {
    __renderToDomTree(source: string, options: KatexOptions): MathTree;
  };
  return render(source, { ...bounds, displayMode: display, throwOnError: true });
}

function findMath(tree: MathTree): MathTree | null {
  if (tree.type === "math") return tree;
  for (const child of tree.children ?? []) {
    const found = findMath(child);
    if (found) return found;
  }
  return null;
}

function toElement(math: MathTree, display: string, source: string): ReactNode {
  const row = math.children?.[0]?.children?.[0];
  if (!row) return null;
  return createElement("math", { display, "aria-label": source }, toNode(row, 0));
}

const MATH_TAGS = new Set(
  "mi mn mo ms mspace mtext mrow mfrac msqrt mroot mstyle mpadded mphantom msub msup msubsup munder mover munderover mmultiscripts mtable mtr mtd".split(
    " ",
  ),
);
const MATH_ATTRIBUTES = new Set(
  "stretchy fence separator lspace rspace minsize maxsize movablelimits largeop symmetric form displaystyle scriptlevel linethickness accent accentunder width height depth voffset mathcolor mathbackground columnspan".split(
    " ",
  ),
);

function toNode(tree: MathTree, key: number): ReactNode {
  const { type, text } = tree;
  if (type === undefined && tree.children) return createElement(Fragment, { key }, ...nodesIn(tree));
  if (type === undefined) return text ?? (tree.width === undefined ? tree.toText() : space(tree.width, key));
  if (type === "menclose") return enclosed(tree, key);
  if (type === "mtable") return table(tree, key);
  if (type === "mpadded" && tree.attributes?.width?.startsWith("+")) return padded(tree, key);
  if (/^(?:mover|munder)$/.test(type) && tree.children?.[1]?.toText() === "‾") return lined(tree, key);
  if (!MATH_TAGS.has(type)) return createElement("mrow", { key }, ...nodesIn(tree));
  const { mathvariant: face } = tree.attributes ?? {};
  if (/^m[ino]$|^mtext$/.test(type)) return mathToken(tree, { key, type, face });
  return createElement(type, { key, ...attributesOf(tree) }, ...nodesIn(tree));
}

/** A letter, a number, a sign or words, with what browsers and faces need to be told of it. */
function mathToken(
  tree: MathTree,
  { key, type, face }: { key: number; type: string; face: string | undefined },
) {
  const text = tree.toText();
  const attributes = { key, ...attributesOf(tree) };
  if (face === "normal") return createElement(type, { ...attributes, mathvariant: face }, text);
  // Words stay words, to be found and copied.
  if (type === "mtext") return createElement(type, { ...attributes, ...(face && { className: face }) }, text);
  if (face !== undefined) return createElement(type, attributes, mathLetters(text, face));
  if (tree.attributes?.fence !== "true") return createElement(type, attributes, text);
  // Not every sign grows by itself, and few faces have ∣ and ∥ in more than one height.
  const fence = text === "∣" ? "|" : text === "∥" ? "‖" : text;
  return createElement(type, { stretchy: "true", ...attributes }, fence);
}

/** What is wider than what it holds by so much: browsers read no width that is added. */
function padded(tree: MathTree, key: number): ReactNode {
  const side = Number.parseFloat(tree.attributes?.lspace ?? "") || 0;
  return createElement("mrow", { key }, space(side, -1), ...nodesIn(tree), space(side, -2));
}

/** A line above or below, as a border: faces have none that grows. */
function lined(tree: MathTree, key: number): ReactNode {
  const side = tree.type === "mover" ? "top" : "bottom";
  return createElement("mrow", { key, className: `enclosed ${side}` }, ...nodesIn(tree).slice(0, 1));
}

const space = (width: number, key: number): ReactNode =>
  createElement("mspace", { key, width: `${width}em` });

const nodesIn = (tree: MathTree): ReactNode[] => (tree.children ?? []).map(toNode);

function attributesOf(tree: MathTree): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tree.attributes ?? {}).filter(([name]) => MATH_ATTRIBUTES.has(name)),
  );
}

/** Browsers do not draw `menclose`; a content policy lets no style through that would. */
function enclosed(tree: MathTree, key: number): ReactNode {
  const lines = (tree.attributes?.notation ?? "box").split(" ").filter((line) => /^[a-z]+$/.test(line));
  return createElement("mrow", { key, className: ["enclosed", ...lines].join(" ") }, ...nodesIn(tree));
}

/** Browsers align no columns by the attribute either. */
function table(tree: MathTree, key: number): ReactNode {
  const sides = (tree.attributes?.columnalign ?? "").split(" ");
  const rows = (tree.children ?? []).map((row, at) =>
    createElement(
      "mtr",
      { key: at },
      ...(row.children ?? []).map((cell, column) => {
        const side = sides[column] ?? sides.at(-1);
        const className = side === "left" || side === "right" ? { className: side } : {};
        return createElement("mtd", { key: column, ...className }, ...nodesIn(cell));
      }),
    ),
  );
  const isPaired = (tree.attributes?.columnalign ?? "").startsWith("right left");
  return createElement(
    "mtable",
    { key, ...attributesOf(tree), ...(isPaired ? { className: "paired" } : {}) },
    ...rows,
  );
}
