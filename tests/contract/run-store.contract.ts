import { registerCases } from "./register-cases.ts";
import { appending } from "./run-store/appending.ts";
import { branching } from "./run-store/branching.ts";
import { claiming } from "./run-store/claiming.ts";
import { continuing } from "./run-store/continuing.ts";
import { creating } from "./run-store/creating.ts";
import { creatingClaimed } from "./run-store/creating-claimed.ts";
import { deciding } from "./run-store/deciding.ts";
import { ending } from "./run-store/ending.ts";
import { joining } from "./run-store/joining.ts";
import { notifying } from "./run-store/notifying.ts";
import { reading } from "./run-store/reading.ts";
import { schedules } from "./run-store/schedules.ts";
import { steering } from "./run-store/steering.ts";
import type { Subject } from "./subject.ts";

/** Registers what every `RunStore` must do (docs/protocol.md 5 and 6) as tests of `subject`. */
export const runStoreContract = (subject: Subject): void =>
  registerCases(
    "RunStore",
    subject,
    [
      creating,
      creatingClaimed,
      continuing,
      joining,
      branching,
      claiming,
      appending,
      ending,
      deciding,
      steering,
      reading,
      notifying,
      schedules,
    ].flat(),
  );
