import assert from "node:assert/strict";
import { test } from "node:test";
import { parseHTML } from "linkedom";
import { isHidden } from "#lib/web/is-hidden.ts";

function isElementHidden(attributes: string): boolean {
  const { document } = parseHTML(`<!doctype html><html><body><p ${attributes}>words</p></body></html>`);
  return isHidden(document.querySelector("p") ?? assert.fail());
}

const hidden = [
  ...["hidden", 'hidden="until-found"', "popover", 'aria-hidden="true"', 'class="a sr-only"'],
  ...[
    "display:none",
    "DISPLAY : NONE !important",
    "display:/**/none",
    "d\\69splay:none",
    "color:red;display:none",
  ],
  ...["visibility:hidden", "visibility:collapse", "content-visibility:hidden"],
  ...["font-size:0", "font-size:0.1px", "font-size:1px", "font-size:.01em"],
  ...["opacity:0", "opacity:0.0", "opacity:0%", "opacity:.01"],
  ...["color:transparent", "color:rgba(1,2,3,0)", "color:rgb(0 0 0 / 0%)", "color:white;background:white"],
  ...["height:0;overflow:hidden", "max-height:1px;overflow:clip", "width:0;height:0;overflow:hidden"],
  ...[
    "position:absolute;left:-9999px",
    "position:fixed;top:-100em",
    "text-indent:-9999px",
    "margin-left:-999em",
  ],
  ...["clip:rect(0,0,0,0)", "clip:rect(1px, 1px, 1px, 1px)", "clip-path:inset(100%)", "clip-path:circle(0)"],
  ...["transform:scale(0)", "transform:rotate(2deg) scaleY(0.0)", "scale:0"],
];
for (const each of hidden)
  test(`${each}: nobody sees the element`, () =>
    assert.ok(isElementHidden(/^[\w-]+ ?:/.test(each) || each.startsWith("d\\") ? `style="${each}"` : each)));

const shown = [
  ...[
    "",
    "color:red",
    "display:block",
    "font-size:0.8em",
    "font-size:62.5%",
    "font-size:12px",
    "opacity:0.5",
  ],
  ...["overflow:hidden", "overflow:hidden;height:20px", "height:0", "left:-9999px", "margin-left:-20px"],
  ...[
    "color:white",
    "color:white;background:black",
    "color:rgba(0,0,0,0.8)",
    "transform:scale(0.9)",
    "x",
    ":;:",
  ],
  ...["position:absolute;left:-10px", "clip-path:inset(10%)", "background:none"],
];
for (const each of shown)
  test(`${each || "no style"}: the element is seen`, () => assert.ok(!isElementHidden(`style="${each}"`)));

test("a style without end costs no time", () => {
  const begin = performance.now();
  assert.ok(!isElementHidden(`style="${"/*".repeat(500_000)}display:none"`));
  assert.ok(performance.now() - begin < 2000);
});
