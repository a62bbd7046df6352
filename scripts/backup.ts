/**
 * A copy of everything, taken while the connector works: node scripts/backup.ts <new folder>
 * DATA_DIR names the data folder (default: data). The keys (ENCRYPTION_KEYS) are not in it: keep them in another safe.
 */
import { backupFolder } from "../src/runtimes/node/backup.ts";

const [target, ...rest] = process.argv.slice(2);
if (!target || rest.length > 0) {
  console.error("Usage: node scripts/backup.ts <new folder>");
  process.exit(2);
}
try {
  const { files } = await backupFolder(process.env.DATA_DIR ?? "data", target, Date.now());
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  console.log(`${files.length - 1} portals and the registry, ${(bytes / 1e6).toFixed(1)} MB, in ${target}`);
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
