import { LonePage } from "#components/ui/lone-page.tsx";

/** An address that leads to nothing: unknown, deleted, or someone else's. */
export default function NotFound() {
  return <LonePage named="page.missing" />;
}
