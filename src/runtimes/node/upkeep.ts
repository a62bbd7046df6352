/** Once a night: what was kept long enough goes, and whatever lost its wake is looked at. */
import { schedule } from "node-cron";
import type { Log, PortalId } from "../../ports.ts";

const EVERY_NIGHT = "17 3 * * *";

export interface UpkeepOf {
  ids(): readonly PortalId[];
  pruneUsed(): void;
  /** one portal's share: a few milliseconds and commits */
  keepUp(id: PortalId): void;
  /** leaves the process to whoever waits */
  breathe(): Promise<void>;
  log: Log;
}

/** Portal by portal; in between others are served, because a thousand of them in one go would take longer than a CRM waits for an answer. */
export async function upkeep(of: UpkeepOf, isOver: () => boolean): Promise<void> {
  of.pruneUsed();
  for (const id of of.ids()) {
    if (isOver()) return;
    try {
      of.keepUp(id);
    } catch (error) {
      of.log("error", "upkeep-failed", { portal: id, error: String(error) });
    }
    await of.breathe();
  }
}

/** @returns ends it: resolves when no portal is being worked on any more */
export function nightly(of: UpkeepOf): () => Promise<void> {
  let isOver = false;
  let running = Promise.resolve();
  const task = schedule(EVERY_NIGHT, () => {
    running = running
      .then(() => upkeep(of, () => isOver))
      .catch((error) => of.log("error", "upkeep-failed", { error: String(error) }));
  });
  return async () => {
    isOver = true;
    await task.stop();
    await running;
  };
}
