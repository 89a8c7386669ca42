/** The rooms of the settings, in order; the first one stands at `/settings` itself. */
export const rooms = ["model", "appearance", "browser", "data", "delete"] as const;
export type Room = (typeof rooms)[number];

export const roomPath = (room: Room): string => (room === rooms[0] ? "/settings" : `/settings/${room}`);

/** The room that an address leads to, the first one by its own name too; undefined: none. */
export const roomOf = (pathname: string): Room | undefined =>
  rooms.find((room) => roomPath(room) === pathname || `/settings/${room}` === pathname);
