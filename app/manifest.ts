import type { MetadataRoute } from "next";
import { paper } from "#components/ui/paper.ts";

/** What a phone needs to have it on its first screen. */
export default function manifest(): MetadataRoute.Manifest {
  return {
    name: "Rivulet",
    short_name: "Rivulet",
    start_url: "/",
    scope: "/",
    display: "standalone",
    background_color: paper.light,
    theme_color: paper.light,
    icons: [{ src: "/icon.svg", type: "image/svg+xml", sizes: "any" }],
  };
}
