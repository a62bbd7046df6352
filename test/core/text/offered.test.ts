/** What a text may quote of a client, some reader has to bring (A5.4): no field is offered that stays empty in every portal. */
import { expect, test } from "vitest";
import { WORD_FIELDS } from "../../../src/core/fields.ts";
import { MERGE_FIELDS } from "../../../src/core/text/fields.ts";

/** `names` of both CRMs; test/crm/contract/reading.ts holds them to it. */
const READ = ["name", "industry"];

test("A5.4 every field of a client that texts are offered is read somewhere", () => {
  const offered = Object.keys(MERGE_FIELDS).filter((name) => name.startsWith("client."));
  const brought = [...READ, ...WORD_FIELDS.map(({ id }) => id)].map((id) => `client.${id}`);
  expect(offered.sort()).toEqual(brought.sort());
});
