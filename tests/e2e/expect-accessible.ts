import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/**
 * That axe finds nothing serious in the page as it is, light and dark, and that nothing scrolls sideways; the
 * light theme is left. `state`: what is shown, for the message.
 */
export async function expectAccessible(page: Page, state: string): Promise<void> {
  const sideways = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(sideways, `${state} scrolls sideways`).toBe(0);
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // A page that is hydrated in the middle of a look is looked at once more.
    await expect
      .poll(() => seriousFaults(page), { message: `${state}, ${colorScheme}`, timeout: 10_000 })
      .toEqual([]);
  }
}

async function seriousFaults(page: Page): Promise<string[]> {
  // In the page itself: it has no frames, and needs no other page to put their results together.
  const axe = new AxeBuilder({ page }).options({ resultTypes: ["violations"] }).setLegacyMode();
  const { violations } = await axe.analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" ")}`);
}
