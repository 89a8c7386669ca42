import type { Page } from "@playwright/test";

const rows = ".tool, .unfolded, .prose, .hand, .who, .progress, .row .note, .row > .body > p";

/** What a reader sees of the newest answer, without what counts time. */
export const seenRows = (page: Page): Promise<string[]> =>
  page
    .locator("article.turn")
    .last()
    .locator(".ledger")
    .evaluate((ledger, selector) => {
      const words = ledger.cloneNode(true);
      if (!(words instanceof HTMLElement)) return [];
      for (const each of words.querySelectorAll(".amount, .inline-amount, .unended, .progress .n"))
        each.remove();
      return [...words.querySelectorAll(selector)].map((each) =>
        (each.textContent ?? "").replace(/\s+/g, " "),
      );
    }, rows);
