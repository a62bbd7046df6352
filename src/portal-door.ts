/** What the web and commands may ask of a portal: plain data in, plain data out, by name. On Workers each call crosses to the portal's object. */
import { allowStarts } from "./engine/flood.ts";
import type { Mode, Portal } from "./portal.ts";
import type { Surroundings } from "./ports.ts";
import { previewAdoption, type AdoptionPreview } from "./views/adoption.ts";
import { statusOf, type StatusView } from "./views/status.ts";

export interface PortalDoor {
  status(): StatusView;
  /** how many plans and tasks adopting deals won since `sinceMs` would make */
  previewAdoption(sinceMs: number): AdoptionPreview;
  /** approves it: from now on deals won since `sinceMs` count */
  adopt(sinceMs: number, actor: string): AdoptionPreview;
  setMode(mode: Mode, actor: string): void;
  /** lets the plans that were held back as a flood be made */
  releaseFlood(plans: number, actor: string): void;
  publish(settings: unknown, actor: string): number;
}

export function portalDoor(portal: Portal, around: Surroundings): PortalDoor {
  const did = (actor: string, code: string, params: Record<string, unknown>) =>
    portal.store.journal.did({ at: around.now(), actor, client: null, code, params });
  return {
    status: () => statusOf(portal, around.now()),
    previewAdoption: (sinceMs) => previewAdoption(portal, sinceMs, around.now()),
    adopt(sinceMs, actor) {
      const preview = previewAdoption(portal, sinceMs, around.now());
      portal.store.transaction(() => {
        portal.store.meta.set("startsFrom", sinceMs);
        allowStarts(portal.engine(), preview.plans);
        did(actor, "adopted", { since: sinceMs, ...preview });
      });
      portal.changed();
      return preview;
    },
    setMode(mode, actor) {
      portal.store.transaction(() => {
        did(actor, "mode", { from: portal.mode(), to: mode });
        portal.store.meta.set("mode", mode);
        portal.store.meta.remove("about");
      });
      portal.changed();
    },
    releaseFlood(plans, actor) {
      portal.store.transaction(() => {
        allowStarts(portal.engine(), plans);
        did(actor, "flood-released", { plans });
      });
    },
    publish(settings, actor) {
      const version = portal.publish(settings, actor);
      portal.changed();
      return version;
    },
  };
}
