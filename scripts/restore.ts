/**
 * Puts a backup in the place of the data folder: node scripts/restore.ts <backup>
 * The connector has to be stopped. What was there before is set aside, not deleted. Restored portals look in the CRM for what they made
 * after the backup before they make anything.
 */
import { restoreFolder } from "../src/runtimes/node/backup.ts";

const [backup, ...rest] = process.argv.slice(2);
if (!backup || rest.length > 0) {
  console.error("Usage: node scripts/restore.ts <backup>");
  process.exit(2);
}
try {
  const dataDir = process.env.DATA_DIR ?? "data";
  const { portals, aside, moved, unreadable, missing } = restoreFolder(backup, dataDir, Date.now());
  console.log(`${portals.length} portals restored.`);
  if (aside) console.log(`What was there before lies in ${aside}.`);
  if (moved.length > 0) console.log(`Moved elsewhere since, these stay silent: ${moved.join(", ")}`);
  if (unreadable.length > 0)
    console.log(
      `Could not be read as they were before, so that nobody knows whether they had moved elsewhere: ${unreadable.join(", ")}`,
    );
  if (missing.length > 0)
    console.log(
      `Known to the registry, but not in the backup: ${missing.join(", ")}. They have to be installed again.`,
    );
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
