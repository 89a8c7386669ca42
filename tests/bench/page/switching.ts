import type { Page } from "@playwright/test";

/**
 * Goes to a conversation by its line in the index, and returns how long it takes until its newest question
 * and the beginning of the answer to it are painted, ms.
 */
export const switchTo = (page: Page, id: string, question: string): Promise<number> =>
  page.evaluate(
    ([address, words]) =>
      new Promise<number>((resolve) => {
        const begun = performance.now();
        document.querySelector<HTMLElement>(`.index a[href="${address}"]`)?.click();
        const look = () => {
          const newest = document.querySelector("article.turn:last-of-type");
          const heading = newest?.querySelector("h2")?.textContent;
          const isThere = heading === words && document.querySelector("article.turn:last-of-type .prose");
          if (!isThere) return requestAnimationFrame(look);
          // Comes once this frame is drawn.
          const { port1, port2 } = new MessageChannel();
          port1.addEventListener("message", () => resolve(performance.now() - begun));
          port1.start();
          port2.postMessage("");
        };
        requestAnimationFrame(look);
      }),
    [`/c/${id}`, question],
  );
