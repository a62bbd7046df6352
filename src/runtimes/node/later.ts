/**
 * A fifth of what a connector is made of nobody needs before its doors are open: pages, and what is asked of a portal. It is loaded a moment
 * after, or for the first who asks.
 */
import { Hono } from "hono";
import type { AppDeps } from "../../web/deps.ts";

const loadScreens = () => import("../../web/routes/screens.ts");
export const loadDoor = () => import("../../portal-door.ts");

export async function loadRest(): Promise<void> {
  await Promise.all([loadScreens(), loadDoor()]);
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
