"use client";

import { use, useEffect, useState } from "react";
import { readAnswer } from "../../own/read-answer.js";
import { renderers } from "../../own/renderers.js";

/**
 * An answer of b as a library draws it, once a frame, with the end of the page in view: what one writes by
 * hand around it.
 */
export default function RenderPage({ params }) {
  const { renderer } = use(params);
  const [text, setText] = useState("");
  const [isLive, setLive] = useState(true);
  useEffect(() => {
    void readAnswer(setText).then(() => setLive(false));
  }, []);
  useEffect(() => {
    window.scrollTo(0, document.documentElement.scrollHeight);
  }, [text]);
  const Renderer = renderers[renderer];
  return (
    <main style={{ maxWidth: 720, margin: "0 auto", font: "16px/28px sans-serif" }}>
      <article>
        <Renderer text={text} isLive={isLive} />
      </article>
      <textarea aria-label="Write a message" style={{ position: "sticky", bottom: 0, width: "100%" }} />
    </main>
  );
}
