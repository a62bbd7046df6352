/** The crash test at its full size: `node scripts/run.mjs scripts/crash.ts --deals 500 --kills 50 --seed 1`. One JSON line; exit 1 on a wrong deal. */
import { parseArgs } from "node:util";
import { crashRun } from "../test/support/crash-run.ts";

const { values } = parseArgs({
  options: {
    deals: { type: "string", default: "500" },
    kills: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
  },
});
const report = await crashRun({ deals: Number(values.deals), kills: Number(values.kills), seed: Number(values.seed) });
console.log(
  JSON.stringify({
    seed: Number(values.seed),
    deals: Number(values.deals),
    ...report,
    wrong: report.wrong.slice(0, 10),
  }),
);
process.exit(report.wrong.length > 0 || report.violations.length > 0 || report.limited > 0 ? 1 : 0);
