/** What an admin keeps an eye on of everything outside the CRM: links that clients hold, and calls to other systems that failed. */
import { type ClientState, loadState } from "../core/client/state.ts";
import type { DesiredOutCall } from "../core/desired.ts";
import type { ClientKey } from "../core/model.ts";
import type { Portal } from "../portal-open.ts";
import type { Surroundings } from "../ports.ts";
import { OUT_CALLS } from "../store/mirror.ts";
import type { Viewer } from "../views/viewer.ts";
import type { ClientLinks, PagesDoor } from "./pages.ts";

/** Clients of one page. */
const PAGE = 25;
/** Failed calls shown at once; more come when these are settled. */
const CALLS_MAX = 100;

export interface FailedCall {
  client: ClientKey;
  /** `<cycle>/<step>`, as a retry takes it */
  step: string;
  action: string;
  /** epoch ms of the last attempt */
  at: number | null;
  code: string | null;
}

export interface LinksPage {
  lines: readonly (ClientLinks & { client: ClientKey })[];
  /** hand in again for the next page; null on the last one */
  next: ClientKey | null;
}

export interface LinksDoor {
  /** clients whose plan is open, with the links they hold, by key */
  openLinks(viewer: Viewer, after: ClientKey): LinksPage;
  failedCalls(): readonly FailedCall[];
}

export function linksDoor(portal: Portal, around: Surroundings, pages: Pick<PagesDoor, "clientLinks">): LinksDoor {
  return {
    openLinks(viewer, after) {
      const lines: LinksPage["lines"][number][] = [];
      for (let from: ClientKey | null = after; from !== null; ) {
        const clients = portal.store.clients.page(from, PAGE);
        for (const { key, state } of clients) {
          if (!hasOpenPlan(loadState(state).state)) continue;
          if (lines.length === PAGE) return { lines, next: lines.at(-1)!.client };
          const links = pages.clientLinks(viewer, key);
          if (links) lines.push({ client: key, ...links });
        }
        from = clients.length < PAGE ? null : clients.at(-1)!.key;
      }
      return { lines, next: null };
    },
    failedCalls: () =>
      portal.store.mirror.next("refused", OUT_CALLS, around.now(), CALLS_MAX).flatMap(({ client, desired, ours }) => {
        if (desired === null) return [];
        const { action, cycle, step } = JSON.parse(desired) as DesiredOutCall;
        const at = typeof ours?.at === "number" ? ours.at : null;
        const code = typeof ours?.code === "string" ? ours.code : null;
        return [{ client, step: `${cycle}/${step}`, action, at, code }];
      }),
  };
}

function hasOpenPlan({ plans }: ClientState): boolean {
  return plans.some((plan) => plan.state !== "closed");
}
