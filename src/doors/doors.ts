/** The doors beside the screens: product usage, clients' pages, calls to other systems, proofs on the past. Joined into the portal's one door. */
import type { Portal } from "../portal-open.ts";
import type { Surroundings } from "../ports.ts";
import { type LinksDoor, linksDoor } from "./links.ts";
import { type PagesDoor, pagesDoor } from "./pages.ts";
import { type PastDoor, pastDoor } from "./past.ts";
import { type QuestionsDoor, questionsDoor } from "./questions.ts";
import { type RehearseDoor, rehearseDoor } from "./rehearse.ts";
import { type UsageDoor, usageDoor } from "./usage.ts";

export interface OutsideDoors extends UsageDoor, PagesDoor, LinksDoor, PastDoor, QuestionsDoor, RehearseDoor {}

export function outsideDoors(portal: Portal, around: Surroundings): OutsideDoors {
  const pages = pagesDoor(portal, around, portal.publicUrl);
  return {
    ...usageDoor(portal, around),
    ...pages,
    ...linksDoor(portal, around, pages),
    ...rehearseDoor(portal, around),
    ...pastDoor(portal, around),
    ...questionsDoor(portal, around),
  };
}
