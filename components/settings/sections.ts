/** The sections of the settings, in order; the first one stands at `/settings` itself. */
export const sections = ["model", "tools", "schedules", "appearance", "browser", "data", "delete"] as const;
export type Section = (typeof sections)[number];

export const sectionPath = (section: Section): string =>
  section === sections[0] ? "/settings" : `/settings/${section}`;

/** The section that an address leads to, the first one by its own name too; undefined: none. */
export const sectionOf = (pathname: string): Section | undefined =>
  sections.find((section) => sectionPath(section) === pathname || `/settings/${section}` === pathname);
