import { StatusPage } from "#components/ui/status-page.tsx";

/** What an address shows that is unknown, deleted, or someone else's. */
export default function NotFound() {
  return <StatusPage named="page.missing" />;
}
