/** The other runtime's kind of store, outside of workerd: a data folder of Node, reached through a binding of the test pool. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Response as Answer } from "miniflare";
import { exportPortal, importPortal } from "../../src/runtimes/move-lines.ts";
import { folderPlace } from "../../src/runtimes/node/place.ts";
import { linesOf, textOf } from "./lines.ts";

/**
 * A portal arrives in an empty folder, as the command brings it, and leaves it again.
 * @param settings of the Worker: Node has another key besides, the same key of hashes, and the same key of moves
 */
export async function throughNode(
  request: { url: string; text(): Promise<string> },
  settings: { ENCRYPTION_KEYS: string; MOVE_KEY: string },
): Promise<Answer> {
  const folder = mkdtempSync(join(tmpdir(), "tenure-move-"));
  const keys = `n:${Buffer.alloc(32, 3).toString("base64")},${settings.ENCRYPTION_KEYS}`;
  const now = Number(new URL(request.url).searchParams.get("now"));
  const place = folderPlace(folder, keys, settings.MOVE_KEY, () => now);
  try {
    const id = await importPortal(place, linesOf(await request.text()));
    return new Answer(await textOf(exportPortal(place, id, true)));
  } catch (error) {
    return new Answer(String(error), { status: 409 });
  } finally {
    place.close();
    rmSync(folder, { recursive: true });
  }
}
