import { StatusPage } from "#components/ui/status-page.tsx";

/** An address that leads to nothing: unknown, deleted, or someone else's. */
export default function NotFound() {
  return <StatusPage named="page.missing" />;
}
