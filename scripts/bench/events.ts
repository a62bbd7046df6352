/**
 * The same acts of people, told to the connector in one way or another: how much of what stands in the CRM in the end differs from what
 * stands there when everything was told once and in order, and what of the customers' own words is left in databases and logs.
 */
import { type Storm, storm, VARIATIONS } from "../../test/support/event-storm.ts";
import { VENDORS, type VendorName } from "../../test/support/world.ts";
import { type BenchLine, lineOf } from "./line.ts";

const bench = "events";

/** Deals whose tasks or plan fields stand otherwise than after the events in order. */
function differing(played: Storm, first: Storm): number {
  const deals = new Set([...Object.keys(played.outcome), ...Object.keys(first.outcome)]);
  const same = (deal: string) => JSON.stringify(played.outcome[deal]) === JSON.stringify(first.outcome[deal]);
  return [...deals].filter((deal) => !same(deal)).length;
}

async function ofVendor(vendor: VendorName, deals: number): Promise<readonly BenchLine[]> {
  const [inOrder, ...others] = VARIATIONS;
  const first = await storm(vendor, deals, inOrder);
  const played = [{ variation: inOrder as string, storm: first }];
  for (const variation of others) played.push({ variation, storm: await storm(vendor, deals, variation) });
  const sum = (of: (storm: Storm) => number) => played.reduce((total, one) => total + of(one.storm), 0);
  const nothing = (metric: string, value: number, unit: string) =>
    lineOf(bench, `${vendor}: ${metric}`, value, unit, 0);
  return [
    lineOf(bench, `${vendor}: events of what people did with ${deals} deals`, first.events, "events"),
    lineOf(bench, `${vendor}: ways of telling them (${VARIATIONS.join(", ")})`, VARIATIONS.length, "ways"),
    nothing(
      "deals whose tasks or plan fields differ in the end, over all ways",
      sum((one) => differing(one, first)),
      "deals",
    ),
    nothing(
      "words of customers in databases and logs",
      sum((one) => one.leaked.length),
      "words",
    ),
    nothing("calls that the CRM does not allow, answers over a limit, mistakes of ours", sum(mishaps), "cases"),
  ];
}

function mishaps({ violations, limited, broken }: Storm): number {
  return violations.length + limited + broken.length;
}

/** @param deals per CRM; 430 make some ten thousand events on HubSpot */
export async function run(deals = 430, vendors: readonly VendorName[] = VENDORS): Promise<readonly BenchLine[]> {
  const lines: BenchLine[] = [];
  for (const vendor of vendors) lines.push(...(await ofVendor(vendor, deals)));
  return lines;
}

if (import.meta.main) {
  const [deals = "430", ...vendors] = process.argv.slice(2);
  for (const line of await run(Number(deals), vendors.length > 0 ? (vendors as VendorName[]) : VENDORS))
    console.log(JSON.stringify(line));
}
