import { z } from "zod";

const expected = "the address that browsers open, without path, user or password: https://chat.example.com";

/** The origin under which browsers reach this server. */
export const publicUrl = z
  .url({ protocol: /^https?$/, error: expected })
  .transform((text) => new URL(text))
  .refine(
    ({ pathname, search, hash, username, password }) =>
      pathname === "/" && [search, hash, username, password].every((part) => part === ""),
    expected,
  )
  .transform(({ origin }) => origin);
