import { expect, test } from "vitest";
import { capabilitiesOf as bitrix24 } from "../../src/crm/bitrix24/account.ts";
import { capabilitiesOf as hubspot } from "../../src/crm/hubspot/capabilities.ts";
import { abilityReason } from "../../src/web/pages/ability-reasons.words.ts";

const NOTHING_GRANTED = [
  ...([null, "unique", "property", "mark"] as const).map((mode) => hubspot([], mode)),
  ...([null, true, false] as const).map((offline) => bitrix24([], offline)),
];
const REASONS = [...new Set(NOTHING_GRANTED.flatMap((one) => Object.values(one)))].filter((why) => why !== true);

test("every reason why a CRM cannot do something is said in the reader's language, and names the permission", () => {
  expect(REASONS.length).toBeGreaterThan(20);
  for (const why of REASONS) {
    for (const language of ["ru", "uk", "ro"] as const) {
      const reason = abilityReason(why, language);
      expect(reason.language, why).toBe(language);
      expect(reason.text).not.toMatch(/[{}]/);
    }
    expect(abilityReason(why, "en")).toEqual({ text: why, language: "en" });
  }
  expect(abilityReason(bitrix24([], null).notices as string, "ru").text).toBe("Tenure не дано разрешение «im».");
});
