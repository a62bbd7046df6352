/**
 * A fifth of what a connector is made of nobody needs before its doors are open: pages, and what is asked of a portal. It is loaded a moment
 * after, or for the first who asks. A tenth belongs to each CRM, and is loaded where that CRM is configured.
 */
import { Hono } from "hono";
import type { Vendor } from "../../crm/port.ts";
import type { AppDeps } from "../../web/deps.ts";
import type { CrmMakers } from "../crm-apps.ts";

const loadScreens = () => import("../../web/routes/screens.ts");
export const loadDoor = () => import("../../portal-door.ts");

/** What the CRMs need that are configured. */
export async function loadVendors({
  hubspot,
  bitrix24,
}: Readonly<Record<Vendor, unknown>>): Promise<CrmMakers & Pick<AppDeps, "bitrix24Routes">> {
  return {
    hubspotApp: hubspot ? (await import("../../crm/hubspot/index.ts")).hubspotApp : null,
    bitrix24App: bitrix24 ? (await import("../../crm/bitrix24/index.ts")).bitrix24App : null,
    bitrix24Routes: bitrix24 ? (await import("../../web/routes/bitrix24.ts")).bitrix24Routes : null,
  };
}

export async function loadRest(): Promise<void> {
  await Promise.all([loadScreens(), loadDoor()]);
}

/** For a set-up, which leaves compiled whatever a start will load. */
export async function loadAll(): Promise<void> {
  await Promise.all([loadVendors({ hubspot: true, bitrix24: true }), loadRest()]);
}

/** The pages, loaded by the first request to one of them. */
export function laterScreens(deps: AppDeps): Hono {
  let loaded: Promise<Hono> | null = null;
  const load = async () => {
    const { screenRoutes } = await loadScreens();
    const screens = new Hono().route("/screens", screenRoutes(deps));
    // What fails is told by the app around them.
    screens.onError((error) => {
      throw error;
    });
    return screens;
  };
  return new Hono().all("*", async (c) => {
    loaded ??= load();
    return (await loaded).fetch(c.req.raw, c.env);
  });
}
