/** Asks b, and gives `show` the text so far, once a frame. */
export async function readAnswer(show) {
  const response = await fetch("/b", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ messages: [{ role: "user", content: "go on" }] }),
  });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let text = "";
  let isScheduled = false;
  const paint = () => {
    isScheduled = false;
    show(text);
  };
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return show(text);
    const frames = (rest + value).split("\n\n");
    rest = frames.pop();
    for (const frame of frames) if (frame !== "data: [DONE]") text += JSON.parse(frame.slice(6)).delta;
    if (!isScheduled) requestAnimationFrame(paint);
    isScheduled = true;
  }
}
