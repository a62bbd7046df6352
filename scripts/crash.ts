/**
 * The crash test at its full size: `node scripts/run.mjs scripts/crash.ts --crm bitrix24 --deals 500 --kills 50 --seed 1`. One JSON line;
 * exit 1 on a wrong task. `npm run bench -- --only crash` runs it on both CRMs.
 */
import { parseArgs } from "node:util";
import { CRASH_CRMS, crashRun } from "../test/support/crash/run.ts";

const { values } = parseArgs({
  options: {
    crm: { type: "string", default: "hubspot" },
    deals: { type: "string", default: "500" },
    kills: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
  },
});
const crm = CRASH_CRMS.find((one) => one === values.crm);
if (!crm) {
  console.error(`There is no CRM "${values.crm}". There are: ${CRASH_CRMS.join(", ")}`);
  process.exit(1);
}
const [deals, kills, seed] = [Number(values.deals), Number(values.kills), Number(values.seed)];
const report = await crashRun({ crm, deals, kills, seed });
console.log(JSON.stringify({ crm, seed, deals, ...report, wrong: report.wrong.slice(0, 10) }));
process.exit(report.wrong.length > 0 || report.violations.length > 0 || report.limited > 0 ? 1 : 0);
