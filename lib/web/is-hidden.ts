/**
 * Whether an element says itself that a person who looks at the page is not shown it. What a style sheet says
 * of it nobody knows here, but for the classes that are named so everywhere.
 */
export function isHidden(element: Element): boolean {
  const style = element.getAttribute("style");
  return (
    ["hidden", "popover"].some((name) => element.hasAttribute(name)) ||
    element.getAttribute("aria-hidden") === "true" ||
    hiddenClass.test(element.getAttribute("class") ?? "") ||
    (style !== null && hidesBy(declarationsIn(style)))
  );
}

const hiddenClass = /(^|\s)(sr-only|visually-?hidden|screen-reader-text)(\s|$)/i;

type Declarations = ReadonlyMap<string, string>;

/** No style of an element is read any further. */
const maxStyleLength = 4000;

function declarationsIn(style: string): Declarations {
  const plain = style
    .slice(0, maxStyleLength)
    .replace(/\/\*[^*]*\*\//g, "")
    .replace(/\\([0-9a-f]{1,6})\s?/gi, (whole, code: string) => {
      const point = Number.parseInt(code, 16);
      return point > 0 && point < 0x80 ? String.fromCodePoint(point) : whole;
    })
    .toLowerCase();
  return new Map(
    plain.split(";").map((declaration) => {
      const [name = "", ...value] = declaration.split(":");
      const told = value.join(":").replace(/\s*!\s*important\s*$/, "");
      return [name.trim(), told.trim()] as const;
    }),
  );
}

/** Below these nothing can be read; beyond these nothing can be seen. */
const [minFontPx, minOpacity, minEdgePx, farPx] = [3, 0.1, 2, 400];

function hidesBy(style: Declarations): boolean {
  const told = (name: string): string => style.get(name) ?? "";
  const is = (name: string, ...values: string[]): boolean => values.includes(told(name));
  const below = (limit: number, ...names: string[]): boolean =>
    names.some((name) => (pixels(told(name)) ?? limit) < limit);
  const background = told("background-color") || told("background");
  return (
    is("display", "none") ||
    is("visibility", "hidden", "collapse") ||
    is("content-visibility", "hidden") ||
    below(minFontPx, "font-size") ||
    opacityIn(told("opacity")) < minOpacity ||
    isTransparent(told("color")) ||
    (background !== "" && told("color") === background) ||
    (/^(hidden|clip)/.test(told("overflow")) &&
      below(minEdgePx, "height", "max-height", "width", "max-width")) ||
    (is("position", "absolute", "fixed") && below(-farPx, "left", "top", "right", "bottom")) ||
    below(-farPx, "text-indent", "margin-left", "margin-top") ||
    /^rect\((0|1px)[ ,]/.test(told("clip")) ||
    /^(inset\(([5-9]\d|100)%|circle\(0)/.test(told("clip-path")) ||
    /\bscale[xy]?\(\s*0?(\.0+)?\s*[,)]/.test(told("transform")) ||
    /^0+(\.0+)?$/.test(told("scale"))
  );
}

/** About; undefined where it is no length. */
function pixels(length: string): number | undefined {
  const [, number = "", unit = ""] = /^(-?\d*\.?\d+)([a-z%]*)$/.exec(length) ?? [];
  return number === "" ? undefined : Number(number) * (pixelsOf.get(unit) ?? 1);
}

const pixelsOf: ReadonlyMap<string, number> = new Map([
  ...["em", "rem", "ch", "lh"].map((unit) => [unit, 16] as const),
  ...["vw", "vh", "%"].map((unit) => [unit, 10] as const),
  ...([["cm", 38] as const, ["in", 96] as const, ["mm", 4] as const] as const),
]);

function opacityIn(value: string): number {
  const [, number = "", percent] = /^(\d*\.?\d+)(%)?$/.exec(value) ?? [];
  if (number === "") return 1;
  return Number(number) / (percent === undefined ? 1 : 100);
}

const isTransparent = (color: string): boolean =>
  color === "transparent" || /^(rgba?|hsla?)\([^)]*[,/]\s*0?(\.0+)?%?\s*\)$/.test(color);
