/** The doors to what the score says of the whole portal: the proof on its own past, and the reds that wait for a decision. */
import { z } from "zod";
import { askProof, proofOf } from "../engine/learn.ts";
import type { Portal } from "../portal.ts";
import type { Surroundings } from "../ports.ts";
import { type BackTestView, backTestView } from "../views/back-test.ts";
import { type Derived, deriveAgain } from "../views/derive.ts";
import { type UndecidedRed, undecidedReds } from "../views/undecided.ts";
import type { Viewer } from "../views/viewer.ts";

/** Days that a proof may look ahead. */
const horizon = z.int().min(14).max(365);

export interface PastDoor {
  /** begins a proof over the portal's past, or shows the one under way for the same days; null before the portal was looked at, or for other days than 14 to 365 */
  backTest(horizonDays: number, actor: string): BackTestView | null;
  /** how far the last proof is, its result, and what the risk model was learnt from */
  pastProof(): BackTestView;
  /** red clients of this person about whom nobody has decided whether to fight, the most important first */
  undecidedReds(viewer: Viewer): readonly UndecidedRed[];
  /** derives the newest score changes again from what was kept with them */
  deriveAgain(limit: number): Derived;
}

export function pastDoor(portal: Portal, around: Surroundings): PastDoor {
  return {
    backTest(horizonDays, actor) {
      if (portal.about() === null || !horizon.safeParse(horizonDays).success) return null;
      const running = proofOf(portal);
      if (running?.doneAt !== null || running.horizonDays !== horizonDays) {
        const now = around.now();
        portal.store.transaction(() => {
          askProof(portal, horizonDays, actor, now);
          portal.store.journal.did({ at: now, actor, client: null, code: "back-test", params: { horizonDays } });
        });
      }
      return backTestView(portal);
    },
    pastProof: () => backTestView(portal),
    undecidedReds: (viewer) => undecidedReds(portal, viewer, around.now()),
    deriveAgain: (limit) => deriveAgain(portal, limit),
  };
}
