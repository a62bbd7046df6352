import { expect, test } from "vitest";
import { sayPassed } from "../../../src/core/escalate/say.ts";
import { LANGUAGES } from "../../../src/core/model.ts";

test("A4.3: who was passed over is said by role and id, and an owner who was told himself is not mentioned", () => {
  const passed = [
    { ownerId: "7", via: "owner", why: "is_owner" },
    { ownerId: "17", via: "structure", why: "absent" },
    { ownerId: null, via: "team", why: "unset" },
    { ownerId: "4", via: "head", why: "inactive" },
  ] as const;
  expect(sayPassed(passed, "en")).toBe("manager 17 is away; head 4 is deactivated");
  expect(sayPassed(passed.slice(0, 1), "en")).toBeNull();
  expect(new Set(LANGUAGES.map((language) => sayPassed(passed, language))).size).toBe(LANGUAGES.length);
});
