/** The doors to what the score says of the whole portal: the proof on its own past, and the reds that wait for a decision. */
import { z } from "zod";
import { draftThresholds, draftWeights } from "../acts/fits.ts";
import type { SaveAnswer } from "../acts/settings.ts";
import { askProof, lastLearnt, proofOf, thresholdsSeen } from "../engine/learn.ts";
import type { Portal } from "../portal-open.ts";
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
  /** puts the fitted thresholds, or the learnt weights that proved better, into the draft; null when there are none */
  draftFit(what: "thresholds" | "weights", actor: string): SaveAnswer | null;
  /** the fitted thresholds are not wanted; the next monthly fit may propose others */
  declineThresholds(actor: string): void;
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
    draftFit(what, actor) {
      if (what === "weights") return draftWeights(portal, around, proofOf(portal)?.result?.weights, actor);
      const saved = draftThresholds(portal, around, lastLearnt(portal)?.thresholds ?? [], actor);
      if (saved?.ok) thresholdsSeen(portal, false, around.now());
      return saved;
    },
    declineThresholds(actor) {
      const at = around.now();
      portal.store.transaction(() => {
        thresholdsSeen(portal, true, at);
        portal.store.journal.did({ at, actor, client: null, code: "thresholds-declined", params: {} });
      });
    },
    undecidedReds: (viewer) => undecidedReds(portal, viewer, around.now()),
    deriveAgain: (limit) => deriveAgain(portal, limit),
  };
}
